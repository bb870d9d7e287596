/** Thrown by functions of the library for arguments and options of another kind than they take, or unknown options. */
export class InvalidOptions extends TypeError {
  constructor(message: string) {
    super(message)
    this.name = 'InvalidOptions'
  }
}
