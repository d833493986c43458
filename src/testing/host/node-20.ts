/** What Node 20 lacks of the language and this program uses. Imported first. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  const made = {} as PromiseWithResolvers<T>;
  made.promise = new Promise<T>((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

if (!("withResolvers" in Promise)) Object.assign(Promise, { withResolvers });
