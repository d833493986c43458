export { diagnoseHosts } from "./diagnose.ts";
export { type Diagnosis, type DoctorStep, doctorSteps, type StepResult } from "./walk.ts";
