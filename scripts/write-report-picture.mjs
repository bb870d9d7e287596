// Writes docs/images/report.png, the picture of a report in the README. Needs Chromium and a built command line.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PICTURE = join(ROOT, 'docs/images/report.png')
const SCENARIO = join(ROOT, 'scenarios/presets/kubeadm-default.yaml')
const ATTACKS = ['--attack', 'unchecked-kubelet', '--attack', 'proxied-plaintext']

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
if (executablePath === undefined) throw new Error('the picture needs Chromium: apt-get install chromium')
const folder = mkdtempSync(join(tmpdir(), 'onpath-picture-'))
const report = join(folder, 'report.html')
execFileSync(process.execPath, [join(ROOT, 'bin/onpath.js'), 'report', SCENARIO, ...ATTACKS, '--out', report])
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  const page = await browser.newPage({ viewport: { width: 1150, height: 1110 } })
  await page.goto(`file://${report}`)
  await page.screenshot({ path: PICTURE })
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}
