import { readFileSync } from 'node:fs'

/** The version of the package. Sources and build are at the same depth below its package.json. */
export const version: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
