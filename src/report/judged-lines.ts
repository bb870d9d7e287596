import { textLines } from './screen/lines.ts'
import { doesFit, type Screen } from './screen/screen.ts'
import { type Styles, stylesOf } from './screen/styles.ts'

/** An expectation, its judgement, and the reason. */
export interface Judged {
  readonly expect: string
  readonly judgement: Judgement
  readonly measured: string
}

export type Judgement = 'met' | 'accepted' | 'unmet'

const LABELS: Readonly<Record<Judgement, string>> = { met: '✓ met', accepted: '~ accepted', unmet: '✗ NOT MET' }
const LABEL_WIDTH = 12

/** Returns a line for each expectation: a mark, whether it was met, and the measured value. */
export function judgedLines(all: readonly Judged[], screen: Screen): string[] {
  const width = Math.max(...all.map(({ expect }) => screen.widthOf(expect)))
  const styles = stylesOf(screen)
  return all.flatMap(({ expect, judgement, measured }) => {
    const label = styleOf(judgement, styles)(LABELS[judgement].padEnd(LABEL_WIDTH))
    const line = `${label}${expect}${' '.repeat(width - screen.widthOf(expect))}  ${measured}`
    if (doesFit(line, screen)) return [line]
    const [first, ...others] = [
      ...indented(expect, LABEL_WIDTH, screen),
      ...indented(measured, LABEL_WIDTH + 2, screen),
    ]
    return [label + first.slice(LABEL_WIDTH), ...others]
  })
}

function indented(text: string, columns: number, screen: Screen): string[] {
  const indent = ' '.repeat(columns)
  return textLines(text, screen, { first: indent, others: indent })
}

function styleOf(judgement: Judgement, { good, bad, doubtful }: Styles): (text: string) => string {
  return { met: good, accepted: doubtful, unmet: bad }[judgement]
}
