import { namesOf } from '../../engine/registry.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { DescribedCpuProfile } from '../../security/cpu-profiles/described-cpu-profile.ts'
import { CPU_PROFILES } from '../../security/cpu-profiles.ts'
import { formatSpan } from '../format-number.ts'
import type { List } from './list.ts'

export const cpu: List = {
  meaning: 'CPU profiles',
  noun: 'CPU profile',
  group: 'profiles',
  values: () =>
    namesOf(CPU_PROFILES).map((name) => {
      const { figures, description, sources } = CPU_PROFILES[name]
      return { name, figures, description, sources }
    }),
  items: () => namesOf(CPU_PROFILES).map((name) => ({ name, text: cpuText(name, CPU_PROFILES[name]) })),
}

/** Formats a CPU profile: a line for each source, with all its figures. */
function cpuText(name: string, { description, figures, sources }: DescribedCpuProfile): string {
  const bySource = new Map<string, string[]>()
  for (const [key, source] of Object.entries(sources)) {
    const figure = figureText(key, figures[key as keyof CpuProfile])
    bySource.set(source, [...(bySource.get(source) ?? []), figure])
  }
  const lines = [...bySource].map(([source, texts]) => `    ${texts.join(', ')}: ${source}\n`)
  return `  ${name}: ${description}\n${lines.join('')}`
}

function bytesText(bytes: number): string {
  return bytes === Number.POSITIVE_INFINITY ? 'all' : `${bytes} B`
}

/** Formats a figure: `sshLoginDelayNs` becomes `ssh login delay 7.50 ms`. */
function figureText(key: string, value: number | Readonly<Record<string, number>>): string {
  const words = key.replace(/(Ns|Bytes)$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  if (typeof value === 'number') return `${words} ${key.endsWith('Ns') ? formatSpan(value) : bytesText(value)}`
  const parts = Object.entries(value).map(([kind, ns]) => `${kind} ${formatSpan(ns)}`)
  return `${words} (${parts.join(', ')})`
}
