/** Returns the file of a report that the user does not name, by the names of the scenarios that it is about. */
export function reportFileName(scenarios: readonly string[]): string {
  return `${[...new Set(scenarios.map(nameForFile))].join('-and-')}-report.html`
}

/** Returns the name of a scenario as a part of a file name, without characters that lead to another folder. */
function nameForFile(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '-').replace(/^[.-]+/, '') || 'run'
}
