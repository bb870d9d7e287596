import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { SHELL_SCRIPTS } from '../../src/cli/completion/shell-scripts.ts'
import { aFolder } from '../fixtures/folder.ts'

/** The built command, which loads all commands in a fraction of the time: `npm run build` first. */
const ONPATH = fileURLToPath(new URL('../../bin/onpath.js', import.meta.url))

/** The shells, each as it is started without a user's files, and the lines that set completion up. */
const SHELLS = [
  ['bash', 'bash --norc -i', 'source <(onpath completion bash)'],
  // What completes after a variable that is not set ends a shell.
  ['bash', 'bash --norc -u -i', 'source <(onpath completion bash)'],
  // By default a tab makes zsh itself expand $(...) in the last word.
  ['zsh', 'zsh -f -i', "source <(onpath completion zsh); bindkey '^I' complete-word"],
  ['fish', 'fish -N -i', 'onpath completion fish | source'],
] as const

const isThere = (program: string) => spawnSync(program, ['--version']).error === undefined

/** The program that gives a shell a terminal (util-linux). */
const HAS_TERMINAL = isThere('script')

/** Returns a folder with some files, and the command onpath, which notes the words with which it is called. */
function aPlace(): string {
  const folder = aFolder({ 'mine.yaml': '', 'two words.yaml': '', 'out.json': 'kept', 'bin/onpath': '' })
  const command = join(folder, 'bin/onpath')
  writeFileSync(
    command,
    `#!/bin/sh
case $1 in complet*) exec "${process.execPath}" "${ONPATH}" "$@" ;; esac
for word; do printf '[%s]' "$word"; done >>"${folder}/called"
echo >>"${folder}/called"
`,
  )
  chmodSync(command, 0o755)
  return folder
}

/** Types lines at a terminal. */
function type(shell: string, lines: readonly string[], folder: string): void {
  const env = { PATH: `${folder}/bin:${process.env.PATH}`, TERM: 'dumb', HOME: folder }
  const input = [...lines, 'exit', ''].join('\n')
  const { error } = spawnSync('script', ['-qec', shell, '/dev/null'], { cwd: folder, input, env, timeout: 120_000 })
  expect(error).toBeUndefined()
}

describe.skipIf(!HAS_TERMINAL).each(SHELLS)('%s, as %s', (program, shell, setUp) => {
  test.skipIf(!isThere(program))('a tab in the shell completes commands, options, values and files', () => {
    const folder = aPlace()
    const lines = [
      'onpath repo\t',
      'onpath check mine.yaml --policy no-t\t',
      'onpath check --policy=no-t\t',
      'onpath run mi\t',
      'onpath run tw\t',
      'onpath run --junit=mi\t',
      'onpath run x >/dev/null --ju\t',
    ]
    type(shell, [setUp, ...lines], folder)
    expect(readFileSync(join(folder, 'called'), 'utf8').trimEnd().split('\n')).toEqual([
      '[report]',
      '[check][mine.yaml][--policy][no-takeover]',
      '[check][--policy=no-takeover]',
      '[run][mine.yaml]',
      '[run][two words.yaml]',
      '[run][--junit=mine.yaml]',
      '[run][x][--junit]',
    ])
  })

  test.skipIf(!isThere(program))('a tab in the shell evaluates no word, and executes no redirection', () => {
    const folder = aPlace()
    const before = readdirSync(folder)
    const substitutions = ['$(touch A)', '"$(touch A)"', '<(touch A)', "'; touch A;'", '\\$(touch A)', '(touch A)']
    const lines = [
      ...substitutions.flatMap((word) => [`onpath run ${word} --ju`, `onpath run --junit=${word}`, `onpath ${word} `]),
      'onpath run `touch A` --ju',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a parameter of a shell.
      'onpath run ${x:=$(touch A)} --ju',
      'onpath run $((a[$(touch A)])) --ju',
      'onpath run x > out.json --ju',
      'onpath run x >out.json 2>A --ju',
      'onpath run x >| out.json --ju',
      'onpath run x &> out.json ',
    ]
    // To fish these are errors, after which it waits for the rest of a line.
    const own = program === 'fish' ? lines.filter((line) => !/[`{]|\(\(|<\(|\\|>\|/.test(line)) : lines
    // The shell itself evaluates nothing behind false.
    type(shell, [setUp, ...own.map((line) => `false && ${line}\t`)], folder)
    const shells = /^\.(zcompdump|bash_history|zsh_history|config|local|cache)/
    expect(readdirSync(folder).filter((name) => !shells.test(name))).toEqual(before)
    expect(readFileSync(join(folder, 'out.json'), 'utf8')).toBe('kept')
  })
})

test('completion scripts do not evaluate words of the command line', () => {
  for (const script of Object.values(SHELL_SCRIPTS)) expect(script).not.toMatch(/\beval\b|\(e\)|compgen/)
})
