/** What a metavariable stands for. */
export interface Binding {
  start: number;
  end: number;
  /** -1 for text that is no node: characters of a string, several arguments. */
  node: number;
}

/** By the metavariable's slot in its rule. */
export type Bindings = (Binding | undefined)[];
