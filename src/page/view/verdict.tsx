import { Fragment } from 'preact'
import { shortNumber, spanText } from '../../report/view/texts.ts'
import { applyHardening, harden, stopHelp, undoHardening } from '../actions.ts'
import { jump } from '../clock.ts'
import type { HardenedView, RunView } from '../protocol.ts'
import {
  before,
  checked,
  failure,
  hardening,
  isPlaying,
  loaded,
  problems,
  progressNs,
  ran,
  text,
  unhardened,
} from '../state.ts'
import { ClusterVerdict } from './cluster.tsx'
import { Term, Words } from './terms.tsx'

/** The verdict: a sentence with its figure, the cause, and the cure. */
export function Verdict() {
  const { value } = ran
  if (failure.value !== null) return <Sentence level="bad" word="Not simulated" sentence={failure.value} />
  const errors = problems.value.filter(({ severity }) => severity === undefined)
  if (errors.length > 0)
    return (
      <Sentence
        level="neutral"
        word="The scenario has problems"
        sentence={`Line ${errors[0].line}: ${errors[0].message}${errors[0].hint === undefined ? '' : `; ${errors[0].hint}`}.`}
      />
    )
  if (value === null) return <Sentence level="neutral" word="Simulating" sentence={progressText()} />
  if (checked.value.kind === 'found' && loaded.value?.attackers.length === 0) return <ClusterVerdict />
  const { verdict, causes } = value
  return (
    <section class={`verdict ${verdict.level}`} aria-label="Verdict" aria-busy={progressNs.value !== null}>
      <p class="word">{verdict.word}</p>
      <h1>
        <Words text={verdict.sentence} />
      </h1>
      <Outcomes words={value.words} />
      {causes.length > 0 && <p class="cause">{`Because ${causes.join('; ')}.`}</p>}
      <Moved now={value} before={before.value} />
      <div class="buttons">
        <Cure />
        <Evidence ran={value} />
      </div>
      <HardenResult />
    </section>
  )
}

interface SentenceProps {
  readonly level: string
  readonly word: string
  readonly sentence: string
}

function Sentence({ level, word, sentence }: SentenceProps) {
  return (
    <section class={`verdict ${level}`} aria-label="Verdict">
      <p class="word">{word}</p>
      <h1>{sentence}</h1>
    </section>
  )
}

function progressText(): string {
  const { value } = progressNs
  return value === null || value === 0 ? 'The network is being simulated.' : `${spanText(value)} are simulated.`
}

/** The words of the verdicts on what others own: outcomes, worst first, and whether somebody noticed. */
function Outcomes({ words: { outcomes, noticed } }: { readonly words: RunView['words'] }) {
  return outcomes.length === 0 ? null : (
    <p class="note">
      {'Outcomes: '}
      {outcomes.map((outcome, i) => (
        <Fragment key={outcome}>
          {i > 0 && ', '}
          <Term word={outcome} />
        </Fragment>
      ))}
      {'. Noticed: '}
      <Term word={noticed} />.
    </p>
  )
}

/** The outcomes and medians that moved with the last change. */
function Moved({ now, before: old }: { readonly now: RunView; readonly before: RunView | null }) {
  if (old === null || old.digest === now.digest) return null
  const changes = [...outcomeChanges(old, now), ...medianChanges(old, now)]
  if (changes.length === 0) return null
  return (
    <p class="moved">
      <b>Moved: </b>
      {changes.slice(0, 4).join(', ')}
      {changes.length > 4 && ` and ${changes.length - 4} more`}
    </p>
  )
}

function outcomeChanges(old: RunView, now: RunView): readonly string[] {
  const keyOf = ({ attacker, technique, path, victim }: RunView['verdicts'][number]) =>
    `${attacker} ${technique} ${path} ${victim}`
  const known = new Map(old.verdicts.map((verdict) => [keyOf(verdict), verdict.worst]))
  return now.verdicts.flatMap((verdict) => {
    const was = known.get(keyOf(verdict))
    return was === undefined || was === verdict.worst ? [] : [`${verdict.path}: ${was} → ${verdict.worst}`]
  })
}

/** The least share by which a median moves so that it is named. */
const LEAST_SHARE = 0.005

function medianChanges(old: RunView, now: RunView): readonly string[] {
  const known = new Map(old.workloads.map(({ name, p50Ms }) => [name, p50Ms]))
  return now.workloads.flatMap(({ name, p50Ms }) => {
    const was = known.get(name) ?? null
    if (was === null || p50Ms === null || Math.abs(p50Ms - was) < LEAST_SHARE * was) return []
    return [`${name} ${p50Ms > was ? '+' : '−'}${shortNumber(Math.abs(p50Ms - was))} ms`]
  })
}

function Evidence({ ran: { marks } }: { readonly ran: RunView }) {
  const first = marks.find(({ kind }) => kind === 'evidence')
  if (first === undefined) return null
  const show = () => {
    isPlaying.value = false
    jump(first.atNs)
  }
  return (
    <button type="button" onClick={show}>
      Evidence ▸
    </button>
  )
}

function Cure() {
  const { value } = hardening
  if (unhardened.value !== null)
    return (
      <button type="button" class="primary" onClick={undoHardening}>
        Undo hardening
      </button>
    )
  if (value.kind === 'looking')
    return (
      <button type="button" onClick={stopHelp}>
        Stop looking
      </button>
    )
  const isNeeded = (loaded.value?.attackers.length ?? 0) > 0 && ran.value?.verdict.level === 'bad'
  return isNeeded ? (
    <button type="button" class="primary" onClick={harden}>
      Harden
    </button>
  ) : null
}

function HardenResult() {
  const { value } = hardening
  if (value.kind === 'idle') return null
  if (value.kind === 'looking')
    return (
      <p
        class="note"
        role="status"
      >{`Looking for the fewest changes that stop it: ${value.ended} simulations so far.`}</p>
    )
  if (value.kind === 'failed') return <p class="note">{value.message}</p>
  return <Changes hardened={value.value} />
}

function Changes({ hardened }: { readonly hardened: HardenedView }) {
  const { steps, open, closed, findings } = hardened
  if (steps.length === 0)
    return (
      <div class="changes">
        <p>{findings === 0 ? 'Nothing has to be closed.' : 'No flag of this release closes it.'}</p>
        <List items={open} />
      </div>
    )
  return (
    <div class="changes">
      <p>{`${closed} of ${findings} ${findings === 1 ? 'finding is' : 'findings are'} closed by, in this order:`}</p>
      <ol>
        {steps.map(({ change, costs }) => (
          <li key={change}>
            {change}
            <span class="note">{costs.length === 0 ? ' It costs no latency.' : ` ${costs.join('; ')}.`}</span>
          </li>
        ))}
      </ol>
      <List items={open} />
      {unhardened.value === null && hardened.text !== null && hardened.text !== text.value && (
        <button type="button" class="primary" onClick={applyHardening}>
          Apply, and attack again
        </button>
      )}
    </div>
  )
}

function List({ items }: { readonly items: readonly string[] }) {
  return items.length === 0 ? null : (
    <ul>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  )
}
