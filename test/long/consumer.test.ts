import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installPackage } from '../fixtures/installed-package.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The pages with an example of a test, each with the file to which it is written. */
const PAGES = {
  'README.md': 'readme.test.ts',
  'docs/ci-gates.md': 'gates.test.ts',
  'docs/attacks.md': 'attacks.test.ts',
  'docs/tutorials/keep-an-attack-out.md': 'tutorial.test.ts',
}

/** The examples of objects that users pass to a run. */
const EXAMPLES = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
)

/** Returns the example of a test in a page. */
function exampleOf(page: string): string {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const [, example] = /^```ts\n(import \{ expect, test \} from 'vitest'\n[\s\S]*?)^```$/m.exec(text) ?? []
  if (example === undefined) throw new Error(`${page} has no example of a test`)
  return example
}

/** The cluster of the examples: hardened, and somebody types into a terminal. */
const CLUSTER = `
version: 1
cluster: { preset: kubeadm-hardened }
workloads:
  terminal: { path: logs, kind: exec, rate: 2/s, for: 5s, carries: [exec-stdin] }
`

const MATCHERS = `
import { expect, test } from 'vitest'
import { ATTACKS, runScenario } from 'onpath/testing'

const safe = runScenario('my-cluster.yaml', { attack: 'unchecked-kubelet' })
const unsafe = runScenario('my-cluster.yaml', { attack: 'unchecked-kubelet', set: ['paths.logs.tls.verify=none'] })
/** An inline attacker on a link that the path does not cross. */
const aside = runScenario({ text: \`
version: 1
hosts: { client: {}, server: {}, third: {} }
links: { wan: { between: [client, server], delay: 1ms }, side: { between: [client, third], delay: 1ms } }
paths: { web: { from: client, to: server } }
workloads: { get: { path: web, requests: 3, carries: [letter] } }
attackers: { eve: { on: side, vantage: inline, plan: [{ technique: tamper, path: web }] } }
\` })

test('matchers tell a vulnerable cluster from a safe one', () => {
  expect(safe).toResist('impersonate-server', { path: 'logs' })
  expect(safe).not.toLeak('exec-stdin')
  expect(unsafe).not.toResist('impersonate-server', { path: 'logs' })
  expect(unsafe).toLeak('exec-stdin')
  expect(() => expect(unsafe).toResist('impersonate-server')).toThrow('impersonate-server succeeded')
  expect(() => expect(unsafe).not.toLeak('exec-stdin')).toThrow('exec-stdin leaked to')
  expect(safe).toHaveDigest(safe.digest)
  expect(ATTACKS).toContain('unchecked-kubelet')
})

function allThrow(why: string, ...uses: readonly (() => void)[]): void {
  for (const use of uses) expect(use).toThrow(why)
}

test('matchers throw where nothing was tested, also with not', () => {
  allThrow('no workload carries exec-stdout',
    () => expect(safe).toLeak('exec-stdout'),
    () => expect(safe).not.toLeak('exec-stdout'))
  allThrow('nothing was tested: tamper on web is unreachable',
    () => expect(aside).toLeak('letter'),
    () => expect(aside).not.toLeak('letter'),
    () => expect(aside).toResist('tamper'),
    () => expect(aside).not.toResist('tamper'))
  allThrow('there is no verdict on relay',
    () => expect(safe).toResist('relay'),
    () => expect(safe).not.toResist('relay'))
  allThrow('there is no verdict on impersonate-server on lgos',
    () => expect(safe).toResist('impersonate-server', { path: 'lgos' }),
    () => expect(safe).not.toResist('impersonate-server', { path: 'lgos' }))
  allThrow('there is no technique impersonate',
    // @ts-expect-error: there is no such technique
    () => expect(safe).toResist('impersonate'),
    // @ts-expect-error: there is no such technique
    () => expect(safe).not.toResist('impersonate'))
  allThrow('there is no outcome denied',
    // @ts-expect-error: there is no such outcome
    () => expect(safe).toResist('impersonate-server', { outcomes: ['denied'] }),
    // @ts-expect-error: there is no such outcome
    () => expect(safe).not.toResist('impersonate-server', { outcomes: ['denied'] }))
  allThrow('53de is not a digest',
    () => expect(safe).toHaveDigest('53de'),
    () => expect(safe).not.toHaveDigest('53de'))
  allThrow('there is no option of toResist named pth',
    // @ts-expect-error: there is no such option
    () => expect(safe).toResist('impersonate-server', { pth: 'logs' }),
    // @ts-expect-error: there is no such option
    () => expect(safe).not.toResist('impersonate-server', { pth: 'logs' }))
  // @ts-expect-error: there is no such option
  allThrow('there is no option of runScenario named atack', () => runScenario('my-cluster.yaml', { atack: 'tampering' }))
  // @ts-expect-error: there is no such attack
  allThrow('there is no attack uncheked-kubelet', () => runScenario('my-cluster.yaml', { attack: 'uncheked-kubelet' }))
})
`

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    types: [],
    skipLibCheck: true,
  },
  include: ['*.test.ts', 'examples'],
}

let consumer = ''
let publishedPaths: readonly string[] = []

beforeAll(() => {
  const installed = installPackage()
  consumer = installed.folder
  publishedPaths = installed.publishedPaths
  const files = {
    'tsconfig.json': JSON.stringify(TSCONFIG),
    'my-cluster.yaml': CLUSTER,
    ...Object.fromEntries(Object.entries(PAGES).map(([page, file]) => [file, exampleOf(page)])),
    'matchers.test.ts': MATCHERS,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(consumer, name), text)
  for (const path of EXAMPLES) {
    mkdirSync(join(consumer, 'examples', dirname(path)), { recursive: true })
    copyFileSync(join(ROOT, 'examples', path), join(consumer, 'examples', path))
  }
}, 120_000)

afterAll(() => rmSync(consumer, { recursive: true, force: true }))

/** Runs a program of the consumer's dependencies, and returns what it printed and its exit code. */
function runIn(
  program: string,
  ...words: readonly string[]
): { readonly output: string; readonly status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join('node_modules', program), ...words], {
    cwd: consumer,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  return { output: `${stdout}${stderr}`, status }
}

test('the package has about a hundred files, with scenarios, source maps and the page, and only two text pages', () => {
  const needed = ['bin/onpath.js', 'bin/start.js', 'dist/index.js', 'dist/testing.js', 'dist/attacks.yaml']
  const others = [
    'dist/LICENSES.txt',
    'dist/sbom.cdx.json',
    'dist/page/main.js',
    'dist/page/ui.html',
    'schema/scenario.schema.json',
    'scenarios/first-steps.yaml',
  ]
  expect(publishedPaths).toEqual(expect.arrayContaining([...needed, ...others]))
  expect(publishedPaths.filter((path) => path.endsWith('.compiled'))).toEqual([])
  expect(publishedPaths.filter((path) => path.endsWith('.md')).sort()).toEqual(['CHANGELOG.md', 'README.md'])
  expect(publishedPaths.length).toBeLessThan(130)
})

test('the bill of materials of the package lists each library of LICENSES.txt, and no other', () => {
  const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
  const { components } = JSON.parse(readFileSync(join(dist, 'sbom.cdx.json'), 'utf8')) as {
    readonly components: readonly { readonly name: string; readonly version: string }[]
  }
  const named = components.map(({ name, version }) => `${name} ${version}`)
  const licenses = readFileSync(join(dist, 'LICENSES.txt'), 'utf8')
  const licensed = licenses.match(/^@?[a-z][\w./@-]* \d+\.\d+\.\d+$/gm) ?? []
  expect(named.length).toBeGreaterThan(40)
  expect([...new Set(licensed)].sort()).toEqual(named.sort())
})

/** Runs the command line in the folder of the unpacked package. */
function onpathIn(folder: string, ...words: readonly string[]) {
  const { stdout, status } = spawnSync(process.execPath, [join('bin', 'onpath.js'), ...words], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { stdout, status }
}

test.each([
  ['run', 'scenarios/first-steps.yaml', '--json'],
  ['run', 'scenarios/paths/kubeadm-default-public.yaml', '--attack', 'unchecked-kubelet', '--json'],
  ['list', '--json'],
  ['explain', 'tampering'],
  ['schema'],
])('the unpacked package prints the same as the repository: onpath %s %s', (...words) => {
  const packed = onpathIn(join(consumer, 'node_modules', 'onpath'), ...words)
  expect(packed.stdout.length).toBeGreaterThan(100)
  expect(packed).toEqual(onpathIn(ROOT, ...words))
})

/** A busy machine needs longer than the five seconds of vitest. */
const VITEST = ['vitest/vitest.mjs', 'run', '--testTimeout', '60000', '--root', '.'] as const

test.each(Object.entries(PAGES))('the example of %s passes in a package that depends on onpath', (page, file) => {
  expect(exampleOf(page)).toContain("from 'onpath/testing'")
  const { output, status } = runIn(...VITEST, file)
  expect({ output, status }).toMatchObject({ status: 0, output: expect.stringMatching(/Tests +\d+ passed \(/) })
})

test('each matcher of the installed package throws if nothing was tested', () => {
  const { output, status } = runIn(...VITEST, 'matchers.test.ts')
  expect({ output, status }).toMatchObject({ status: 0, output: expect.stringMatching(/Tests +2 passed/) })
})

test('the package has a declaration file for each entry and a shared one', () => {
  const declarations = publishedPaths.filter((path) => path.endsWith('.d.ts'))
  const entries = ['import', 'index', 'packets', 'study', 'testing']
  expect(declarations.sort()).toEqual(['common', ...entries].map((name) => `dist/types/${name}.d.ts`))
  const checked = (names: readonly string[], lib: string) => {
    const files = names.map((name) => join('node_modules', 'onpath', 'dist', 'types', `${name}.d.ts`))
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', lib]
    return runIn('typescript/bin/tsc', ...options, ...files, '--ignoreConfig')
  }
  const plain = entries.filter((name) => name !== 'study')
  expect(checked(plain, 'es2023')).toEqual({ output: '', status: 0 })
  // Signals are of pages and of Node.
  expect(checked(['study'], 'es2023,dom')).toEqual({ output: '', status: 0 })
})

test('types of the installed package check techniques, outcomes, attacks and the examples', () => {
  expect(runIn('typescript/bin/tsc', '--project', 'tsconfig.json')).toEqual({ output: '', status: 0 })
})

test.each(EXAMPLES)('examples/%s runs with the installed package', (path) => {
  const bundled = join(consumer, 'example.js')
  const words = [join('examples', path), '--external', 'onpath', '--platform', 'node', '--file', bundled]
  expect(runIn('rolldown/bin/cli.mjs', ...words).status).toBe(0)
  const { stdout, status } = spawnSync(process.execPath, [bundled], { cwd: consumer, encoding: 'utf8' })
  expect(status).toBe(0)
  expect(readFileSync(join(ROOT, 'docs/library.md'), 'utf8')).toContain(`\`\`\`text\n${stdout}\`\`\``)
})

test('the installed package reads its attacks from the file that it exports', () => {
  const script = `
    import { readFileSync } from 'node:fs'
    import { fileURLToPath } from 'node:url'
    import { namedAttacks, readCheck } from 'onpath/study'
    const attacks = namedAttacks(readFileSync(fileURLToPath(import.meta.resolve('onpath/attacks.yaml')), 'utf8'))
    const text = 'cluster: { preset: kubeadm-default, nodes: 1 }'
    const { plan } = readCheck({ text: 'version: 1\\n' + text, file: 'a.yaml' }, {}, { attacks })
    console.log(JSON.stringify(plan.probes.flatMap(({ attack }) => attack ?? [])))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: consumer,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(['tampering', 'unchecked-kubelet']))
})
