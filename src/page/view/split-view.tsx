import { firstAfter, messageAt, type PlayedMessage } from '../../packets/playback/playback.ts'
import { instantText } from '../../report/view/texts.ts'
import type { RunView, Sightings } from '../protocol.ts'
import { loaded, nowNs, ran } from '../state.ts'
import { hostText } from './host-text.ts'

/** The lines that each side shows. */
const LINES = 9

/** The messages that users of the cluster see, and beside them those that each attacker reads, at one moment. */
export function SplitView() {
  const { value } = loaded
  const run = ran.value
  if (value === null || run === null) return null
  const now = nowNs.value
  return (
    <div class="split">
      <Side title={`Seen by ${value.admins.join(' and ')}`} name="admin">
        <Terminal seen={run.seen} now={now} />
        <Lines run={run} seen={run.seen} now={now} />
        <Notices run={run} now={now} />
      </Side>
      {value.attackers.map(({ name }) => (
        <Side key={name} title={`Read by ${name}`} name="attacker">
          <Terminal seen={run.read[name]} now={now} />
          <Lines run={run} seen={run.read[name]} now={now} isRead />
        </Side>
      ))}
    </div>
  )
}

interface SideProps {
  readonly title: string
  readonly name: string
  readonly children: preact.ComponentChildren
}

function Side({ title, name, children }: SideProps) {
  return (
    <section class={`side ${name}`} aria-label={title}>
      <h2>{name === 'attacker' ? `☠ ${title}` : title}</h2>
      {children}
    </section>
  )
}

/**
 * The letters that stand for typed keys. A simulation knows the number, length and time of each key, and has no bytes;
 * the page says so beside them.
 */
const TYPED = 'cat /run/secrets/db-password'

interface TerminalProps {
  readonly seen: Sightings | undefined
  readonly now: number
}

/** The command that is being typed, as far as its keys are seen in clear. */
function Terminal({ seen, now }: TerminalProps) {
  const keys = seen === undefined ? 0 : firstAfter(seen.keysAtNs, now)
  if (keys === 0) return null
  const typed = TYPED.slice(0, ((keys - 1) % TYPED.length) + 1)
  return (
    <div class="terminal" role="group" aria-label="The exec that is typed">
      <code>{`exec $ ${typed}▏`}</code>
      <span class="note">{`${keys} ${keys === 1 ? 'key' : 'keys'} in clear; the letters are an example`}</span>
    </div>
  )
}

interface LinesProps {
  readonly run: RunView
  /** Undefined for an attacker that the run did not have. */
  readonly seen: Sightings | undefined
  readonly now: number
  readonly isRead?: boolean
}

function Lines({ run, seen, now, isRead = false }: LinesProps) {
  const lines = seen === undefined ? [] : linesAt(run, seen, now)
  if (lines.length === 0) return <p class="note">{isRead ? 'Nothing in clear yet.' : 'Nothing yet.'}</p>
  return (
    <ol class="lines">
      {lines.map(({ message: { from, to, text, forgedBy }, atNs, times }) => (
        <li key={`${atNs} ${from} ${text}`} class={forgedBy === null ? '' : 'forged'}>
          <span class="time">{instantText(atNs)}</span>
          <span class="from">{`${hostText(from)} → ${hostText(to ?? '…')}`}</span>
          <span class="what">
            {text}
            {times > 1 && ` × ${times}`}
            {forgedBy !== null && ` (forged by ${forgedBy})`}
          </span>
        </li>
      ))}
    </ol>
  )
}

interface Line {
  readonly message: PlayedMessage
  readonly atNs: number
  times: number
}

/** Returns what was seen last. Messages that follow each other and say the same are one line. */
function linesAt({ playback }: RunView, { message: rows, atNs }: Sightings, now: number): readonly Line[] {
  const end = firstAfter(atNs, now)
  const lines: Line[] = []
  for (let i = Math.max(0, end - LINES * 6); i < end; i++) {
    const message = messageAt(playback.messages, rows[i])
    const last = lines.at(-1)
    if (last !== undefined && last.message.text === message.text && last.message.from === message.from) last.times++
    else lines.push({ message, atNs: atNs[i], times: 1 })
  }
  return lines.slice(-LINES)
}

/** The entries in logs of honest ends about the attack. */
function Notices({ run, now }: { readonly run: RunView; readonly now: number }) {
  const notices = run.verdicts
    .filter(({ firstEffectNs }) => firstEffectNs === null || firstEffectNs <= now)
    .flatMap(({ noticedBy }) => noticedBy.map(({ host, log, reason }) => `${host}, ${log}: ${reason}`))
  const distinct = [...new Set(notices)].slice(0, 3)
  return distinct.length === 0 ? null : (
    <ul class="notices">
      {distinct.map((notice) => (
        <li key={notice}>{notice}</li>
      ))}
    </ul>
  )
}
