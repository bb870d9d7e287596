/**
 * Records every attack that ships, laid over the scenario that its file names: `npm run record:attacks`. The runs in
 * test/golden/attacks are replayed in CI, so that a change of what attackers get shows as one. What each attack
 * demonstrates is expected in test/long/attacks-that-ship.test.ts. Needs a build.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'test', 'golden', 'attacks')
/** Where new records are until all of them are there, and old ones until the new have their place. */
const [unfinished, replaced] = [`${out}.unfinished`, `${out}.replaced`]

/** The words of the first `onpath run FILE --attack NAME [--set …]` in the file's comment, as a shell reads them. */
function commandOf(name) {
  const text = readFileSync(join(root, 'scenarios', 'attacks', `${name}.yaml`), 'utf8')
  const line = /onpath (run scenarios\/.*)$/m.exec(text)?.[1] ?? ''
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)
  if (words[2] !== '--attack' || words[3] !== name)
    throw new Error(`scenarios/attacks/${name}.yaml names no command that runs it`)
  return words
}

const names = readdirSync(join(root, 'scenarios', 'attacks'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length))
  .sort()

for (const left of [unfinished, replaced]) rmSync(left, { recursive: true, force: true })
for (const name of names) {
  const command = commandOf(name)
  const words = ['bin/onpath.js', ...command, '--out', join(unfinished, name)]
  execFileSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  console.log(`recorded  ${name}, over ${command[1]}`)
}
if (existsSync(out)) renameSync(out, replaced)
renameSync(unfinished, out)
rmSync(replaced, { recursive: true, force: true })
