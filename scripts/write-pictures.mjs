// Writes the pictures in docs/images/: the report in the README, and the curves of a tutorial. Needs Chromium and a built
// command line.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ONPATH = join(ROOT, 'bin/onpath.js')
const PICTURE = join(ROOT, 'docs/images/report.png')
const CURVES = join(ROOT, 'docs/images/sweep.png')
const TUTORIAL = readFileSync(join(ROOT, 'docs/tutorials/compare-congestion-controls.md'), 'utf8')
const SCENARIO = join(ROOT, 'scenarios/presets/kubeadm-default.yaml')
const ATTACKS = ['--attack', 'unchecked-kubelet', '--attack', 'proxied-plaintext']

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
if (executablePath === undefined) throw new Error('the picture needs Chromium: apt-get install chromium')
const folder = mkdtempSync(join(tmpdir(), 'onpath-picture-'))
const report = join(folder, 'report.html')
execFileSync(process.execPath, [ONPATH, 'report', SCENARIO, ...ATTACKS, '--out', report])
const curves = sweepOfTutorial(folder)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  const page = await browser.newPage({ viewport: { width: 1150, height: 1110 } })
  await page.goto(`file://${report}`)
  await page.screenshot({ path: PICTURE })
  await page.setViewportSize({ width: 780, height: 1000 })
  await page.goto(`file://${curves}`)
  await page.locator('section', { has: page.getByRole('heading', { name: 'Curves' }) }).screenshot({ path: CURVES })
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}

/** Runs the sweep of the tutorial, and returns the file of its report. */
function sweepOfTutorial(cwd) {
  const [, scenario] = /^```yaml file=radio.yaml\n([\s\S]*?)^```$/m.exec(TUTORIAL)
  const [, command] = /^npx onpath (sweep .*)$/m.exec(TUTORIAL)
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)
  writeFileSync(join(cwd, 'radio.yaml'), scenario)
  execFileSync(process.execPath, [ONPATH, ...words], { cwd, stdio: 'ignore' })
  return join(cwd, words[words.indexOf('--report') + 1])
}
