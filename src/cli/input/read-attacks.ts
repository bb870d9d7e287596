import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { didYouMean } from '../../scenario/problems/did-you-mean.ts'
import type { AttackSource } from '../../scenario/tree/overlay-attack.ts'
import { UsageError } from '../usage-error.ts'
import { readTextFile } from './read-text.ts'

/** They ship beside the code, which is three folders below the package's own, built or not. */
const SHIPPED = new URL('../../../scenarios/attacks/', import.meta.url)

/** Of what `--attack` names, a file or one that ships. @throws UsageError where there is none. */
export function readAttacks(named: readonly string[]): AttackSource[] {
  return named.map((name) => {
    if (isPath(name)) return { file: name, text: readTextFile(name) }
    if (!shippedAttacks().includes(name)) throw unknown(name)
    return { file: `${name}.yaml`, text: readTextFile(fileURLToPath(new URL(`${name}.yaml`, SHIPPED))) }
  })
}

/** By name, without their ending. */
export function shippedAttacks(): readonly string[] {
  if (!existsSync(SHIPPED)) return []
  return readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort()
}

/** One that ships, as its first lines explain it. */
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
  const hint = didYouMean(name, shippedAttacks()) ?? `those that ship: ${shippedAttacks().join(', ')}`
  return new UsageError(`no attack is named ${name}; ${hint}`)
}
