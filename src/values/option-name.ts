/** Returns the name of an option, such as `max-events` for `maxEvents`. */
export function optionName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
