import { computed, signal } from '@preact/signals'
import { examples, file, hardening, isPlaying, loaded, nowNs, ran, unhardened } from '../state.ts'

/** Whether the visitor has taken a step; each of the three is done and not shown. */
const hasPlayed = signal(false)
const hasMoved = signal(false)
const isOver = signal(false)

/** Whether the page begins with the guided attack: only where it opened without a link. */
export const isGuided = signal(false)

const where = computed(() => loaded.value?.attackers[0]?.on.name ?? '')

/** One line over the picture, with the next of three steps. It goes away for good after the last. */
export function Guide() {
  if (!isGuided.value || isOver.value || ran.value === null || file.value !== examples.value[0]?.file) return null
  if (isPlaying.value) hasPlayed.value = true
  const step = stepNow()
  return (
    <p class="guide">
      <span>{step}</span>
      <button
        type="button"
        class="plain"
        onClick={() => {
          isOver.value = true
        }}
      >
        Close
      </button>
    </p>
  )
}

const START = 'control-node-1'

function stepNow(): string {
  if (!hasPlayed.value) return 'Someone is on this link. Press play.'
  if (unhardened.value === null && !hasMoved.value)
    return hardening.value.kind === 'found'
      ? 'Now apply what was found, and attack again.'
      : `It reads what administrators send and forges what they see. Press Harden. (${nowNs.value > 0 ? 'Or wait and watch.' : ''})`
  if (where.value === START) return 'Refused. Now drag the attacker to the link of the user.'
  hasMoved.value = true
  return 'Nothing: users verify the apiserver. Change anything, or open your own files.'
}
