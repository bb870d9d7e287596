import { batch, effect } from '@preact/signals'
import type { ImportFile } from '../import/import-file.ts'
import { Asker } from './ask.ts'
import { writeLink } from './link.ts'
import type { Answer, AttackOption, Edit, PacketPlace, Place, ResultFile } from './protocol.ts'
import * as state from './state.ts'

/** Runs the scenario; each change asks again, and the newest question wins. */
const runner = new Asker(takeRun)
/** Looks for attacks, fixes and the matrix, and makes captures, beside the runs. */
const helper = new Asker(takeHelp)

/** Imports, checks and fixes a real cluster, of which it keeps what it found. */
const auditor = new Asker(takeAudit)

/** Simulates a long run again, up to a moment that is not kept. */
const replayer = new Asker(takeMoment)

/** Shows another scenario from its beginning. */
export function open(file: string, text: string, atNs = 0): void {
  batch(() => {
    state.file.value = file
    state.savedFile.value = null
    state.before.value = null
    state.ran.value = null
    state.controls.value = null
    state.unhardened.value = null
    state.hardening.value = { kind: 'idle' }
    state.place.value = null
    leaveCluster()
    state.matrixBefore.value = null
    state.matrix.value = { kind: 'idle' }
    state.nowNs.value = atNs
    state.isPlaying.value = false
  })
  setText(text)
}

/** Takes a text that was typed or came in, and runs it. */
export function setText(text: string): void {
  state.text.value = text
  unwritten = []
  run([])
}

/** The changes that a worker has not written into the text yet. */
let unwritten: readonly Edit[] = []

/** Makes changes by hand: they are written into the text. */
export function edit(edits: readonly Edit[]): void {
  unwritten = [...unwritten, ...edits]
  run(unwritten)
}

function run(edits: readonly Edit[]): void {
  batch(() => {
    if (state.matrix.value.kind === 'found') state.matrixBefore.value = state.matrix.value.value
    state.matrix.value = { kind: 'idle' }
    state.dissected.value = { kind: 'idle' }
    state.charts.value = { kind: 'idle' }
    state.expanded.value = ''
    state.progressNs.value = 0
    replayer.stop()
    state.replayedNs.value = null
    if (state.hardening.value.kind === 'looking') stopHelp()
    if (edits.length > 0 || state.unhardened.value === null) state.hardening.value = { kind: 'idle' }
  })
  runner.ask({ kind: 'run', file: state.file.value, text: state.text.value, edits })
}

function takeRun(answer: Answer): void {
  batch(() => {
    switch (answer.kind) {
      case 'text':
        state.text.value = answer.text
        unwritten = []
        return
      case 'problems':
        state.problems.value = answer.problems
        state.progressNs.value = null
        state.failure.value = null
        return
      case 'loaded':
        state.loaded.value = answer.loaded
        state.problems.value = answer.loaded.warnings
        state.failure.value = null
        return
      case 'controls':
        state.controls.value = answer.controls
        return
      case 'progress':
        state.progressNs.value = answer.simulatedNs
        return
      case 'ran': {
        state.before.value = state.ran.value
        state.ran.value = answer.ran
        state.progressNs.value = null
        if (state.nowNs.value > answer.ran.simulatedNs) state.nowNs.value = answer.ran.simulatedNs
        state.notice.value = `${answer.ran.verdict.word}. ${answer.ran.verdict.sentence}`
        void writeLink()
        return
      }
      case 'failed':
        state.failure.value = answer.message
        state.progressNs.value = null
    }
  })
}

/** The time for which the clock stands before a moment that is not kept is simulated again, in milliseconds. */
const PAUSE_MS = 200

/** Has each moment simulated again that is shown and not kept. Returns what ends it. */
export function followMoments(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return effect(() => {
    clearTimeout(timer)
    if (isKept()) return
    timer = setTimeout(() => {
      if (isKept()) return
      state.isPlaying.value = false
      state.replayedNs.value = 0
      replayer.ask({ kind: 'moment', atNs: state.nowNs.peek(), ...scenario() })
    }, PAUSE_MS)
  })
}

/** Returns whether the packets and messages of the moment that is shown are kept. */
function isKept(): boolean {
  const [now, playback] = [state.nowNs.value, state.ran.value?.playback]
  return playback === undefined || (now >= playback.fromNs && now <= (playback.untilNs ?? now))
}

function takeMoment(answer: Answer): void {
  batch(() => {
    if (answer.kind === 'progress') state.replayedNs.value = answer.simulatedNs
    if (answer.kind === 'moment' && state.ran.value !== null) {
      state.ran.value = { ...state.ran.value, ...answer.played }
      state.replayedNs.value = null
    }
    if (answer.kind === 'failed') {
      state.notice.value = answer.message
      state.replayedNs.value = null
    }
  })
}

function scenario() {
  return { file: state.file.value, text: state.text.value, edits: [] }
}

const today = () => new Date().toISOString().slice(0, 10)

/** Selects a place, and looks for the attacks that fit it. */
export function select(place: Place | null): void {
  state.place.value = place
  state.attacks.value = null
  if (place !== null) helper.ask({ kind: 'attacks', place, ...scenario() })
}

/** Puts an attacker at the selected place. */
export function addAttacker({ technique, definition }: AttackOption): void {
  const taken = new Set(state.loaded.value?.attackers.map(({ name }) => name))
  let name = technique
  for (let n = 2; taken.has(name); n++) name = `${technique}-${n}`
  edit([{ kind: 'attacker', name, definition }])
  state.place.value = null
}

/** Moves an attacker to another place, or takes it away. */
export function moveAttacker(name: string, place: Place | null): void {
  const path = ['attackers', name]
  edit([place === null ? { kind: 'remove', path } : { kind: 'set', path: [...path, 'on'], value: place.name }])
}

/** Looks for what stops the attackers. */
export function harden(): void {
  state.hardening.value = { kind: 'looking', ended: 0, of: 0 }
  helper.ask({ kind: 'harden', today: today(), ...scenario() })
}

/** Shows the scenario with the changes beside the one without. */
export function applyHardening(): void {
  const { hardening, ran, text, unhardened } = state
  if (hardening.value.kind !== 'found' || hardening.value.value.text === null || ran.value === null) return
  unhardened.value = { text: text.value, ran: ran.value }
  setText(hardening.value.value.text)
}

/** Goes back to the scenario before it was hardened. */
export function undoHardening(): void {
  const { unhardened } = state
  if (unhardened.value === null) return
  const { text } = unhardened.value
  unhardened.value = null
  setText(text)
}

export function showMatrix(): void {
  state.matrix.value = { kind: 'looking', ended: 0, of: 0 }
  helper.ask({ kind: 'matrix', today: today(), ...scenario() })
}

/** Shows the headers of a packet, and what it carries. */
export function dissect(packet: PacketPlace): void {
  state.dissected.value = { kind: 'looking', ended: 0, of: 0 }
  helper.ask({ kind: 'packet', packet, ...scenario() })
}

/** Samples the connections and links of a path in another run. */
export function showCharts(path: string): void {
  const simulatedNs = state.ran.value?.simulatedNs ?? 0
  state.charts.value = { kind: 'looking', ended: 0, of: 0 }
  helper.ask({ kind: 'charts', path, simulatedNs, ...scenario() })
}

export function showExpanded(): void {
  helper.ask({ kind: 'expand', ...scenario() })
}

/** Simulates the scenario again, and gives the user its packets, or its result as Node prints it. */
export function download(format: ResultFile): void {
  state.notice.value = 'The file is being written.'
  helper.ask({ kind: 'file', format, ...scenario() })
}

export function importFiles(files: readonly ImportFile[]): void {
  state.notice.value = `${files.length} files are being read. They do not leave this page.`
  auditor.ask({ kind: 'import', files })
}

function leaveCluster(): void {
  state.cluster.value = null
  state.checked.value = { kind: 'idle' }
  state.fix.value = { kind: 'idle' }
  state.ticked.value = []
  state.fixPart.value = null
  if (state.view.value === 'cluster') state.view.value = 'scenario'
}

/** Tries every attack on the cluster whose files came in. */
export function checkCluster(): void {
  state.checked.value = { kind: 'looking', ended: 0, of: 0 }
  auditor.ask({ kind: 'check', today: today() })
}

/** Looks for the fewest changes of its files that close what the check found. */
export function fixCluster(): void {
  state.fix.value = { kind: 'looking', ended: 0, of: 0 }
  auditor.ask({ kind: 'fix' })
}

/** Makes a step of the fix in the scenario, or takes it back. */
export function tick(step: number, isOn: boolean): void {
  const others = state.ticked.value.filter((one) => one !== step)
  state.ticked.value = isOn ? [...others, step] : others
  auditor.ask({ kind: 'part', steps: state.ticked.value })
}

/** Stops the check or the fix. */
export function stopAudit(): void {
  auditor.ask({ kind: 'rest' })
  for (const one of [state.checked, state.fix]) if (one.value.kind === 'looking') one.value = { kind: 'idle' }
}

function takeAudit(answer: Answer): void {
  batch(() => {
    switch (answer.kind) {
      case 'imported':
        open('cluster.yaml', answer.text)
        state.cluster.value = answer.cluster
        state.view.value = 'cluster'
        state.notice.value = `${answer.cluster.files} files of ${answer.cluster.name} were read.`
        checkCluster()
        return
      case 'tried':
        for (const one of [state.checked, state.fix])
          if (one.value.kind === 'looking') one.value = { kind: 'looking', ended: answer.ended, of: answer.of }
        return
      case 'checked':
        state.checked.value = { kind: 'found', value: answer.check }
        state.notice.value = `The check found ${answer.check.gains.length} things that attackers gain.`
        return
      case 'fixed':
        state.fix.value = { kind: 'found', value: answer.fix }
        state.notice.value = `${answer.fix.steps.length} changes close ${answer.fix.closed} of ${answer.fix.findings} findings.`
        return
      case 'part':
        state.fixPart.value = answer.part
        if (answer.part.edits.length > 0) edit(answer.part.edits)
        return
      case 'problems':
      case 'failed': {
        const [first] = answer.kind === 'problems' ? answer.problems : []
        const message = answer.kind === 'failed' ? answer.message : `line ${first?.line}: ${first?.message}`
        for (const one of [state.checked, state.fix])
          if (one.value.kind === 'looking') one.value = { kind: 'failed', message }
        state.notice.value = message
      }
    }
  })
}

/** Stops what the helper is doing. */
export function stopHelp(): void {
  helper.stop()
  const stopped = { kind: 'idle' } as const
  if (state.hardening.value.kind === 'looking') state.hardening.value = stopped
  if (state.matrix.value.kind === 'looking') state.matrix.value = stopped
}

function takeHelp(answer: Answer): void {
  batch(() => {
    switch (answer.kind) {
      case 'attacks':
        state.attacks.value = answer.attacks
        return
      case 'tried':
        for (const one of [state.hardening, state.matrix])
          if (one.value.kind === 'looking') one.value = { kind: 'looking', ended: answer.ended, of: answer.of }
        return
      case 'hardened':
        state.hardening.value = { kind: 'found', value: answer.hardened }
        return
      case 'matrix':
        state.matrix.value = { kind: 'found', value: answer.matrix }
        return
      case 'dissected':
        state.dissected.value = { kind: 'found', value: answer.entry }
        return
      case 'charts':
        state.charts.value = { kind: 'found', value: answer.charts }
        return
      case 'expanded':
        state.expanded.value = answer.text
        return
      case 'file':
        save(`${state.loaded.value?.name ?? 'onpath'}.${answer.format}`, new Blob([answer.file]))
        state.notice.value = 'The file is saved.'
        return
      case 'problems':
      case 'failed':
        failHelp(answer.kind === 'failed' ? answer.message : 'The scenario has problems, which stand in its text.')
    }
  })
}

function failHelp(message: string): void {
  const failed = { kind: 'failed', message } as const
  if (state.hardening.value.kind === 'looking') state.hardening.value = failed
  if (state.matrix.value.kind === 'looking') state.matrix.value = failed
  if (state.dissected.value.kind === 'looking') state.dissected.value = failed
  if (state.charts.value.kind === 'looking') state.charts.value = failed
  state.attacks.value ??= []
  state.notice.value = message
}

/** Gives the user a file that the page has made. */
export function save(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** Starts the workers, once the first picture stands. */
export function warm(): void {
  runner.warm()
}
