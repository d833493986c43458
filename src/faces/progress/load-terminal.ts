/** Whether a picture that changes makes sense there: CI services offer terminals that keep every frame. */
export function canDraw({ isTerminal }: { readonly isTerminal: boolean }, env: NodeJS.ProcessEnv): boolean {
  return isTerminal && env["TERM"] !== "dumb" && !env["CI"];
}

/** React decides while it is loaded whether it is the slow development build; child processes must not notice. */
export async function loadTerminal() {
  const { NODE_ENV } = process.env;
  process.env["NODE_ENV"] = "production";
  try {
    return await import("#faces/terminal");
  } finally {
    if (NODE_ENV === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = NODE_ENV;
  }
}
