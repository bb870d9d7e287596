import { instantText } from '../../report/view/texts.ts'
import { jump, playOrPause, SPEEDS, stepMark, stepPacket } from '../clock.ts'
import { isPlaying, lengthNs, nowNs, ran, replayedNs, speed } from '../state.ts'

/** The clock: one slider for everything that moves, with marks on it. */
export function Timeline() {
  return (
    <section class="timeline" aria-label="Simulated time">
      <div class="buttons">
        <button type="button" title="Previous mark ([)" aria-label="Previous mark" onClick={() => stepMark(-1)}>
          ◀◀
        </button>
        <button type="button" title="Previous packet (←)" aria-label="Previous packet" onClick={() => stepPacket(-1)}>
          ◁
        </button>
        <button type="button" class="primary" title="Play or pause (space)" onClick={playOrPause}>
          {isPlaying.value ? '❚❚ Pause' : '▶ Play'}
        </button>
        <button type="button" title="Next packet (→)" aria-label="Next packet" onClick={() => stepPacket(1)}>
          ▷
        </button>
        <button type="button" title="Next mark (])" aria-label="Next mark" onClick={() => stepMark(1)}>
          ▶▶
        </button>
        <label class="speed">
          <span class="hidden">Speed</span>
          <select value={speed.value} onChange={({ currentTarget }) => (speed.value = Number(currentTarget.value))}>
            {SPEEDS.map((ns, i) => (
              <option key={ns} value={i}>{`${SPEED_TEXTS[i]} in a second`}</option>
            ))}
          </select>
        </label>
        <Now />
      </div>
      <Slider />
      <Replayed />
      <MarkNow />
    </section>
  )
}

const SPEED_TEXTS = ['0.1 ms', '1 ms', '10 ms', '100 ms', '1 s', '10 s', '100 s']

function Now() {
  return <output class="now">{`${instantText(nowNs.value)} of ${instantText(lengthNs.value)}`}</output>
}

/** The steps of the slider. */
const STEPS = 10_000

function Slider() {
  const length = lengthNs.value
  const marks = ran.value?.marks ?? []
  return (
    <div class="slider">
      <input
        type="range"
        min={0}
        max={STEPS}
        value={Math.round((nowNs.value / length) * STEPS)}
        aria-label="Simulated time"
        aria-valuetext={instantText(nowNs.value)}
        onInput={({ currentTarget }) => {
          isPlaying.value = false
          jump((Number(currentTarget.value) / STEPS) * length)
        }}
      />
      <svg class="marks" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {marks.map(({ atNs, kind, text }) => (
          <rect key={`${atNs} ${text}`} class={kind} x={(atNs / length) * 996} y={0} width={4} height={10}>
            <title>{text}</title>
          </rect>
        ))}
      </svg>
    </div>
  )
}

/** The progress of another simulation, for a moment of a long run that is not kept. */
function Replayed() {
  const { value } = replayedNs
  return value === null ? null : (
    <p class="note" role="status">{`The run is simulated again up to here: ${instantText(value)} so far.`}</p>
  )
}

/** The mark that was reached last, in words. */
function MarkNow() {
  const last = (ran.value?.marks ?? []).findLast(({ atNs }) => atNs <= nowNs.value)
  return (
    <p class="note mark">
      {last === undefined ? 'Press play, or ] for the next mark.' : `${instantText(last.atNs)}: ${last.text}`}
    </p>
  )
}
