import { useEffect } from 'preact/hooks'
import { playOrPause, stepMark, stepMessage, stepPacket } from '../clock.ts'
import { filesOf } from '../dropped-files.ts'
import { cluster, loaded, notice, progressNs, ran, unhardened, VIEWS, type ViewName, view } from '../state.ts'
import { AttackPanel } from './attack-panel.tsx'
import { Cluster } from './cluster.tsx'
import { Controls } from './controls.tsx'
import { Expanded, Figures, Matrix, Messages } from './figures.tsx'
import { Guide } from './guide.tsx'
import { Header, openFiles } from './header.tsx'
import { Packets } from './packets.tsx'
import { Scenario } from './scenario.tsx'
import { SplitView } from './split-view.tsx'
import { Explanation } from './terms.tsx'
import { Timeline } from './timeline.tsx'
import { Topology } from './topology.tsx'
import { Verdict } from './verdict.tsx'

/** The page: the world on the left, what it means on the right, and the text below, which is the truth. */
export function App() {
  useEffect(() => listen(), [])
  return (
    <>
      <Header />
      <main>
        <div class="left">
          <div class="world">
            <Guide />
            <Networks />
            <AttackPanel />
            <Timeline />
          </div>
          <Controls />
        </div>
        <div class="right">
          <Verdict />
          <SplitView />
        </div>
        <Below />
      </main>
      <footer>
        <Explanation />
        <p class="note" role="status" aria-live="polite">
          {notice.value}
        </p>
        <p class="note">
          Nothing leaves this page: its policy forbids every request to another server, and the simulation runs here.
        </p>
      </footer>
    </>
  )
}

/** The network; after hardening, the one without it beside it, under the same clock. */
function Networks() {
  const { value } = loaded
  if (value === null) return null
  const old = unhardened.value
  return (
    <div class={old === null ? 'networks' : 'networks two'} aria-busy={progressNs.value !== null}>
      {old !== null && (
        <figure>
          <figcaption>{`Before: ${old.ran.verdict.sentence}`}</figcaption>
          <Topology loaded={value} ran={old.ran} label="The network before it was hardened" />
        </figure>
      )}
      <figure>
        {old !== null && <figcaption>{`Hardened: ${ran.value?.verdict.sentence ?? ''}`}</figcaption>}
        <Topology loaded={value} ran={ran.value} label={`The network of ${value.name}`} />
      </figure>
    </div>
  )
}

const PANELS: Readonly<Record<ViewName, () => preact.ComponentChildren>> = {
  scenario: () => <Scenario />,
  expanded: () => <Expanded />,
  messages: () => <Messages />,
  packets: () => <Packets />,
  figures: () => <Figures />,
  matrix: () => <Matrix />,
  cluster: () => <Cluster />,
}

/** The views that there are: that of a real cluster only where its files came in. */
function viewNames(): readonly ViewName[] {
  return (Object.keys(VIEWS) as ViewName[]).filter((name) => name !== 'cluster' || cluster.value !== null)
}

function Below() {
  const names = viewNames()
  const move = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    event.stopPropagation()
    const next = names[(names.indexOf(view.value) + by + names.length) % names.length]
    view.value = next
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <div class="below">
      <div class="tabs" role="tablist" aria-label="Views" onKeyDown={move}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={view.value === name}
            aria-controls="panel"
            tabIndex={view.value === name ? 0 : -1}
            onClick={() => {
              view.value = name
            }}
          >
            {VIEWS[name]}
          </button>
        ))}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${view.value}`}>
        {PANELS[view.value]()}
      </div>
    </div>
  )
}

/** Keys of the clock, where nothing else takes them, and files that are dropped on the page. */
function listen(): () => void {
  const onKey = (event: KeyboardEvent) => {
    const target = event.target as Element | null
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (target?.closest('input, select, textarea, button, summary, .editor, [role="tab"]') != null) return
    const action = KEYS[event.shiftKey ? `Shift+${event.key}` : event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  }
  const allow = (event: DragEvent) => event.preventDefault()
  const drop = (event: DragEvent) => {
    event.preventDefault()
    if (event.dataTransfer !== null) void filesOf(event.dataTransfer).then(openFiles)
  }
  addEventListener('keydown', onKey)
  addEventListener('dragover', allow)
  addEventListener('drop', drop)
  return () => {
    removeEventListener('keydown', onKey)
    removeEventListener('dragover', allow)
    removeEventListener('drop', drop)
  }
}

const KEYS: Readonly<Record<string, () => void>> = {
  ' ': playOrPause,
  ArrowRight: () => stepPacket(1),
  ArrowLeft: () => stepPacket(-1),
  'Shift+ArrowRight': () => stepMessage(1),
  'Shift+ArrowLeft': () => stepMessage(-1),
  '[': () => stepMark(-1),
  ']': () => stepMark(1),
}
