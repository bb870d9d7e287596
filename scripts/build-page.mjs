// Writes dist-page/: npm run page
// `npm run build` writes the same to dist/page/, for `onpath ui`.
//
//   index.html      with the policy, and the picture and sentence of the first example
//   page.css        the style sheet
//   main.js         the page; editor and drawings of results are files of their own, which are loaded when they are used
//   worker.js       the worker, from which the simulator and everything else is loaded when it is used
//   examples.js     the examples, as a module; attacks.js, the attacks that ship; schema.js, the schema of scenarios;
//                   terms.js, the words that are explained
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundlePage, importSources } from './bundle.mjs'
import { bundledPackages, licenseOf } from './licenses.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The scenario with which the page opens: what kubeadm leaves behind, with somebody on a link. */
const LANDING = `# What kubeadm leaves behind, and somebody on the link to a node. The apiserver does not verify
# the certificates of kubelets. Alice types in a pod.
# Drag the attacker, flip a flag, or change this text.
version: 1
name: kubeadm-default
cluster: { preset: kubeadm-default }
attackers:
  false-kubelet:
    on: control-node-1
    vantage: inline
    plan:
      - { technique: impersonate-server, path: logs }
workloads:
  kubectl-exec: { path: users, kind: exec, target: pods/web, rate: 20/s, for: 10s }
`

/** Shipped scenarios that are no examples for a page: they are too large for one. */
const LARGE = ['cluster-5000', 'heartbeats-500']

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = process.argv[2] ?? join(ROOT, 'dist-page')
  const files = await writePage(out)
  writeFileSync(join(out, 'LICENSES.txt'), bundledPackages(files).map(licenseOf).join('\n\n'))
}

/**
 * Writes the page into a folder.
 *
 * @returns the files, as rolldown describes them
 */
export async function writePage(out) {
  if (existsSync(out)) rmSync(out, { recursive: true })
  mkdirSync(out, { recursive: true })
  const { ATTACK_WORDS, documentOf, PAGE_STYLE, POLICY, RESULT_WORDS, UI_POLICY } = await importSources('src/page/prebuilt.ts')
  const examples = [
    { name: 'kubeadm-default, attacked', file: 'kubeadm-attacked.yaml', about: 'An attacker in the place of a kubelet', text: LANDING },
    ...['.', 'presets', 'paths', 'availability'].flatMap((folder) => examplesIn(join(ROOT, 'scenarios', folder))),
  ]
  const files = await bundlePage(out)
  writeFileSync(join(out, 'index.html'), documentOf(LANDING, POLICY))
  writeFileSync(join(out, 'ui.html'), documentOf(LANDING, UI_POLICY))
  writeFileSync(join(out, 'page.css'), PAGE_STYLE + readFileSync(join(ROOT, 'node_modules/uplot/dist/uPlot.min.css'), 'utf8'))
  writeFileSync(join(out, 'examples.js'), `export const EXAMPLES = ${JSON.stringify(examples)}\n`)
  writeFileSync(join(out, 'terms.js'), `export const ATTACKS = ${JSON.stringify(ATTACK_WORDS)}\nexport const RESULTS = ${JSON.stringify(RESULT_WORDS)}\n`)
  const schema = readFileSync(join(ROOT, 'schema/scenario.schema.json'), 'utf8')
  writeFileSync(join(out, 'schema.js'), `export const SCHEMA = ${JSON.stringify(JSON.parse(schema))}\n`)
  writeFileSync(join(out, 'attacks.js'), `export const ATTACKS = ${JSON.stringify(shippedAttacks())}\n`)
  return files
}

/** The scenarios of a folder, each with the sentence that its first comment begins with. */
function examplesIn(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && !LARGE.includes(basename(name, '.yaml')))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').replace(/^# yaml-language-server.*\n/, '')
      if (/^extends:/m.test(text)) return []
      const about = text.match(/^# ([A-Z].*?[.:])(\s|$)/m)?.[1] ?? ''
      return [{ name: basename(file, '.yaml'), file, about, text }]
    })
}

/** Returns the attacks that ship, one YAML document after another. */
export function shippedAttacks() {
  const folder = join(ROOT, 'scenarios', 'attacks')
  const names = readdirSync(folder).map((file) => basename(file, '.yaml')).sort()
  const texts = names.map((name) => readFileSync(join(folder, `${name}.yaml`), 'utf8').replaceAll('\r\n', '\n'))
  return texts.join('---\n')
}
