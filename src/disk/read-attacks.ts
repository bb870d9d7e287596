import type { AttackSource } from '../scenario/tree/overlay-attack.ts'
import { didYouMean } from '../values/did-you-mean.ts'
import { readTextFile } from './read-text.ts'
import { shippedTexts } from './shipped-attacks.ts'
import { UsageError } from './usage-error.ts'

/**
 * Reads the attacks in `--attack`: files, or names of attacks in the package.
 * @throws UsageError when there is no such attack
 */
export function readAttacks(named: readonly string[]): AttackSource[] {
  return named.map((name) => {
    if (isPath(name)) return { file: name, text: readTextFile(name) }
    const text = shippedTexts().get(name)
    if (text === undefined) throw unknown(name)
    return { file: `${name}.yaml`, text }
  })
}

/** Returns the names of the attacks of the package. */
export function shippedAttacks(): readonly string[] {
  return [...shippedTexts().keys()]
}

/** Returns the explanation in the first lines of a shipped attack, and a command that runs it. */
export function explainAttack(name: string): {
  readonly name: string
  readonly explanation: string
  readonly command: string
} {
  const [{ text }] = readAttacks([name])
  const comments = text.split('\n').flatMap((line) => (line.startsWith('# ') ? [line.slice(2)] : []))
  const isCommand = (line: string) => line.startsWith('  onpath ')
  const words = comments.filter((line) => !isCommand(line) && !line.startsWith('yaml-language-server'))
  const explanation = words.join(' ').replace(/ Meant for$/, '')
  return { name, explanation, command: (comments.find(isCommand) ?? '').trim() }
}

function isPath(name: string): boolean {
  return /[/\\]/.test(name) || /\.ya?ml$/.test(name)
}

function unknown(name: string): UsageError {
  const hint = didYouMean(name, shippedAttacks()) ?? `the attacks are ${shippedAttacks().join(', ')}`
  return new UsageError(`there is no attack ${name}; ${hint}`)
}
