/**
 * Records every attack that ships, laid over the scenario that its file names: `npm run record:attacks`. The runs in
 * results/attacks are replayed in CI, so that a change of what attackers get shows as one. Needs a build.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'results', 'attacks')

/** The first line of the kind `onpath run FILE --attack NAME [--set …]` in the file's comment. */
function commandOf(name) {
  const text = readFileSync(join(root, 'scenarios', 'attacks', `${name}.yaml`), 'utf8')
  const command = /onpath run (scenarios\/\S+) --attack (\S+)((?: --set \S+)*)/.exec(text)
  if (command === null || command[2] !== name) throw new Error(`scenarios/attacks/${name}.yaml names no command that runs it`)
  return { file: command[1], set: command[3].trim().split(/\s+/).filter((word) => word !== '') }
}

const names = readdirSync(join(root, 'scenarios', 'attacks'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length))
  .sort()

rmSync(out, { recursive: true, force: true })
let unmet = 0
for (const name of names) {
  const { file, set } = commandOf(name)
  const words = ['bin/onpath.js', 'run', file, '--attack', name, ...set, '--out', join(out, name)]
  try {
    execFileSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
    console.log(`recorded  ${name}, over ${file}`)
  } catch (error) {
    if (error.status !== 4) throw error
    unmet++
    console.log(`NOT MET   ${name}, over ${file}`)
  }
}
process.exitCode = unmet === 0 ? 0 : 4
