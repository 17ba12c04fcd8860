// arrive/import: a whole import that cannot begin: the file, its mapping or its dates. The message says what stands
// where and what to do; a single bad row never comes here, it goes to the rejects.

export class ImportRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportRefused';
  }
}
