export { diagnoseHosts } from "./diagnose.ts";
export { type Diagnosis, type DoctorStep, type StepResult } from "./walk.ts";
