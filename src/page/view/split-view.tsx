import type { PlayedMessage } from '../../packets/playback/playback.ts'
import { instantText } from '../../report/view/texts.ts'
import type { RunView } from '../protocol.ts'
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
        <Lines messages={seenBy(value.admins, run, now)} timeOf={({ sentNs }) => sentNs} now={now} />
        <Notices run={run} now={now} />
      </Side>
      {value.attackers.map(({ name }) => (
        <Side key={name} title={`Read by ${name}`} name="attacker">
          <Lines messages={readBy(name, run, now)} timeOf={(message) => readAt(message, name)} now={now} isRead />
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

interface LinesProps {
  readonly messages: readonly PlayedMessage[]
  readonly timeOf: (message: PlayedMessage) => number
  readonly now: number
  readonly isRead?: boolean
}

function Lines({ messages, timeOf, isRead = false }: LinesProps) {
  if (messages.length === 0) return <p class="note">{isRead ? 'Nothing in clear yet.' : 'Nothing yet.'}</p>
  return (
    <ol class="lines">
      {joined(messages.slice(-LINES * 6))
        .slice(-LINES)
        .map(({ message, times }) => (
          <li
            key={`${timeOf(message)} ${message.from} ${message.text}`}
            class={message.forgedBy === null ? '' : 'forged'}
          >
            <span class="time">{instantText(timeOf(message))}</span>
            <span class="from">{`${hostText(message.from)} → ${hostText(message.to ?? '…')}`}</span>
            <span class="what">
              {message.text}
              {times > 1 && ` × ${times}`}
              {message.forgedBy !== null && ` (forged by ${message.forgedBy})`}
            </span>
          </li>
        ))}
    </ol>
  )
}

/** Joins messages that follow each other and say the same. */
function joined(messages: readonly PlayedMessage[]): { readonly message: PlayedMessage; readonly times: number }[] {
  const lines: { message: PlayedMessage; times: number }[] = []
  for (const message of messages) {
    const last = lines.at(-1)
    if (last !== undefined && last.message.text === message.text && last.message.from === message.from) {
      last.times++
    } else lines.push({ message, times: 1 })
  }
  return lines
}

function seenBy(hosts: readonly string[], { playback: { messages } }: RunView, now: number): PlayedMessage[] {
  const isAt = (host: string | null) => host !== null && hosts.includes(host)
  return messages.filter(
    ({ layer, text, from, to, sentNs, arrivedNs }) =>
      layer === 'http' &&
      isTelling(text) &&
      ((isAt(from) && sentNs <= now) || (isAt(to) && arrivedNs !== null && arrivedNs <= now)),
  )
}

function readBy(name: string, { playback: { messages } }: RunView, now: number): PlayedMessage[] {
  return messages
    .filter((message) => message.layer === 'http' && isTelling(message.text) && readAt(message, name) <= now)
    .sort((a, b) => readAt(a, name) - readAt(b, name))
}

function readAt({ readBy: readers }: PlayedMessage, name: string): number {
  return readers.find(({ attacker }) => attacker === name)?.atNs ?? Number.POSITIVE_INFINITY
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

/** The messages that keep a connection going and say nothing to a person. */
const SILENT = /^(WINDOW_UPDATE|SETTINGS|PING|the beginning of a frame)/

function isTelling(text: string): boolean {
  return !SILENT.test(text)
}
