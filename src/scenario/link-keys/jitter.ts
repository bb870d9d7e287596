import { mapEntries, namesOf } from '../../engine/registry.ts'
import type { FiguresNs, JitterDistribution } from '../../network/jitter-distributions/jitter-distribution.ts'
import { distributionOf, JITTER_DISTRIBUTIONS, type Jitter } from '../../network/jitter-distributions.ts'
import { orList } from '../../values/kinds.ts'
import { DURATION, formatDuration, parseQuantity } from '../../values/units.ts'
import { choice, durationNs, flag, section } from '../schema/scalars.ts'
import { z } from '../schema/zod.ts'
import type { TreeInput } from '../tree/build-tree.ts'
import type { LinkKey, LinkProblem } from './link-key.ts'

const DISTRIBUTIONS: Readonly<Record<string, JitterDistribution>> = JITTER_DISTRIBUTIONS
const NAMES = namesOf(DISTRIBUTIONS)

/** The figures of a distribution as a scenario has them: one alone, or each by its name. */
type Written = number | Readonly<Record<string, number>>

const EXAMPLES = mapEntries<string, JitterDistribution, string>(DISTRIBUTIONS, ({ figures }, name) => {
  const all = namesOf(figures).map((figure) => [figure, figures[figure].example])
  return `{ ${name}: ${all.length === 1 ? all[0][1] : `{ ${all.map((one) => one.join(': ')).join(', ')} }`} }`
})

const figuresSchema = ({ meaning, figures }: JitterDistribution): z.ZodType<Written | undefined> => {
  const schemaOf = (figure: string, description: string) =>
    durationNs(description, figures[figure].isPositive === true ? { from: '1ns', to: '1h' } : { to: '1h' })
  const names = namesOf(figures)
  if (names.length === 1) return schemaOf(names[0], meaning).optional()
  const shape = Object.fromEntries(names.map((name) => [name, schemaOf(name, figures[name].meaning ?? meaning)]))
  return section(shape).meta({ description: meaning }).optional()
}

const reorder = flag('Whether a packet can overtake an earlier one. Default: false.').optional()

const schema = z
  .union([
    choice('No jitter.', ['none'], [], (written) =>
      parseQuantity(DURATION, written).ok ? `did you mean { normal: ${written} }?` : 'write it like { normal: 1ms }',
    ),
    section({ ...mapEntries(DISTRIBUTIONS, figuresSchema), reorder }),
  ])
  .meta({
    description: `The variation of the delay from packet to packet: ${orList(['none', ...Object.values(EXAMPLES)])}. Default: none.`,
  })
  .optional()

/** The jitter of a scenario: its distributions, of which it may have one, and whether packets can overtake others. */
type WrittenJitter = Exclude<z.output<typeof schema>, undefined>

export const jitter: LinkKey<typeof schema> = {
  schema,
  mayChange: true,
  set: (written) => ({ jitter: jitterOf(written) }),
  print: (options) => jitterText(options.jitter),
  checkWritten(written) {
    if (written === 'none') return []
    const names = writtenNames(written)
    const contradictions = names.flatMap((name): LinkProblem[] => {
      const found = DISTRIBUTIONS[name].contradiction?.(figuresOf(name, written)) ?? null
      return found === null ? [] : [{ code: 'contradiction', message: found.message, at: [name, found.at] }]
    })
    if (names.length === 1) return contradictions
    const message = 'jitter has exactly one distribution'
    return [{ code: 'contradiction', message, hint: `write it like ${EXAMPLES[NAMES[0]]}` }, ...contradictions]
  },
  check({ jitter, delayNs }) {
    const distributed = distributionOf(jitter)
    const byNs = distributed === null ? 0 : distributed.distribution.shortensByNs(distributed.figures)
    if (byNs <= delayNs || byNs === Number.POSITIVE_INFINITY) return []
    const message = `a jitter of ${formatDuration(byNs)} is more than the delay of ${formatDuration(delayNs)}`
    return [{ code: 'contradiction', message }]
  },
}

function writtenNames(written: object): readonly string[] {
  return NAMES.filter((name) => Reflect.get(written, name) !== undefined)
}

/** Returns the figures of a distribution by their names in options. */
function figuresOf(name: string, written: object): FiguresNs<string> {
  const given: Written = Reflect.get(written, name)
  const all = typeof given === 'number' ? { [namesOf(DISTRIBUTIONS[name].figures)[0]]: given } : given
  return Object.fromEntries(Object.entries(all).map(([figure, valueNs]) => [`${figure}Ns`, valueNs]))
}

function jitterOf(written: WrittenJitter): Jitter {
  if (written === 'none') return { kind: 'none' }
  const [name] = writtenNames(written)
  if (name === undefined) return { kind: 'none' }
  return { kind: name, ...figuresOf(name, written), canReorder: written.reorder ?? false } as Jitter
}

function jitterText(jitter: Jitter): TreeInput {
  const distributed = distributionOf(jitter)
  if (distributed === null || jitter.kind === 'none') return 'none'
  const { distribution, figures } = distributed
  const texts = mapEntries(distribution.figures, (_, figure) => formatDuration(figures[`${figure}Ns`]))
  const all = Object.values(texts)
  return { [jitter.kind]: all.length === 1 ? all[0] : texts, reorder: jitter.canReorder }
}
