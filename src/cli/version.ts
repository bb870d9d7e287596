import { readFileSync } from 'node:fs'

/** Of the package; the manifest is as far from the sources as from what is built of them. */
export const version: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
