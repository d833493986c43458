/**
 * Silence after which a host counts as lost while a person waits for its answer. Longer than in a run: nothing can be
 * given to another host here.
 */
export const patientMs = 10_000;
