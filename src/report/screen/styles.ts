import picocolors from 'picocolors'
import type { Outcome } from '../../measure/verdict.ts'
import type { Screen } from './screen.ts'

/** Colours for texts. Words or marks always give the same information. */
export interface Styles {
  readonly heading: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly doubtful: (text: string) => string
  /** Styles a text that readers may skip. */
  readonly quiet: (text: string) => string
  /** Colours a text by the severity of an outcome. */
  readonly outcome: (outcome: Outcome, text?: string) => string
}

type Shade = 'taken' | 'read' | 'harmed' | 'seen' | 'safe' | 'absent'

const SHADES: Readonly<Record<Outcome, Shade>> = {
  privilege: 'taken',
  credential: 'taken',
  relayed: 'taken',
  impersonated: 'taken',
  modified: 'taken',
  read: 'read',
  outage: 'harmed',
  disrupted: 'harmed',
  degraded: 'harmed',
  metadata: 'seen',
  'no-effect': 'safe',
  'not-tried': 'absent',
  unreachable: 'absent',
  'not-applicable': 'absent',
}

/** Returns the colours of a screen. Texts stay unchanged if it has none. */
export function stylesOf({ hasColor }: Pick<Screen, 'hasColor'>): Styles {
  const { bold, red, green, yellow, magenta, cyan, dim } = picocolors.createColors(hasColor)
  const shades: Readonly<Record<Shade, (text: string) => string>> = {
    taken: (text) => bold(red(text)),
    read: magenta,
    harmed: yellow,
    seen: cyan,
    safe: green,
    absent: dim,
  }
  return {
    heading: (text) => (text === '' ? '' : bold(text)),
    good: green,
    bad: (text) => bold(red(text)),
    doubtful: yellow,
    quiet: dim,
    outcome: (outcome, text = outcome) => shades[SHADES[outcome]](text),
  }
}
