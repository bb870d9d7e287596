/** Does something that may fail: an error of the file system does not matter. */
export function ifPossible(action: () => void): void {
  try {
    action()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}
