/** Returns the name of a host for people: that of an attacker for the host that it has beside the network. */
export function hostText(name: string): string {
  return name.startsWith('~') ? `☠ ${name.slice(1)}` : name
}
