import { existsSync } from 'node:fs'

/** The program; undefined where it is missing, and tests that need it are skipped. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
if (CHROMIUM === undefined) console.warn('skipped: pages in a browser need Chromium (apt-get install chromium)')
