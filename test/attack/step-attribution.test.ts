import { describe, expect, test } from 'vitest'
import type { AttackPlan } from '../../src/attack/attack-plan.ts'
import { AttackState } from '../../src/attack/state/attack-state.ts'
import { USED_TECHNIQUES, type UsedTechnique } from '../../src/attack/techniques.ts'
import { StepAttribution, type StepRole, sends } from '../../src/attack/wiretap/step-attribution.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { NONE } from '../../src/engine/table.ts'
import { anAttacker, aStep, aTimeline } from '../fixtures/event-counts.ts'

const [ME, OTHER] = [0, 1]
const PATH = 3

type AttackStep = AttackPlan['steps'][number]
type Step = Partial<AttackStep> & { readonly technique: UsedTechnique }

/** Returns the attribution of steps, which are the first attacker's and concern one path unless they say otherwise. */
function attributionOf(steps: readonly Step[], carrying: readonly number[] = []) {
  const { arena, timeline } = aTimeline()
  const plan: AttackPlan = {
    attackers: [anAttacker(), anAttacker({ name: 'other' })],
    steps: steps.map((step): AttackStep => ({ ...aStep({ paths: [PATH] }), ...step })),
    victims: [],
    secrets: [],
    tokens: [],
    certificates: [],
    requests: [],
    namedPaths: [],
  }
  const state = new AttackState(arena, timeline, plan)
  const attribution = new StepAttribution(timeline, plan, state, (step) => carrying.includes(step))
  return { attribution, state, timeline }
}

describe('the steps that read a path now', () => {
  test('the steps that read a path are this attacker’s active reading steps on it', () => {
    const { attribution, timeline } = attributionOf([
      { technique: 'eavesdrop', startTick: 10, endTick: 20 },
      { technique: 'eavesdrop', attacker: OTHER },
      { technique: 'eavesdrop', paths: [7, PATH] },
      { technique: 'drop' },
    ])
    expect(attribution.readingNow(ME, PATH)).toEqual([2])
    timeline.now = 10
    expect(attribution.readingNow(ME, PATH)).toEqual([0, 2])
    timeline.now = 20
    expect(attribution.readingNow(ME, PATH)).toEqual([2])
    expect([attribution.readingNow(ME, 7), attribution.readingNow(OTHER, PATH)]).toEqual([[2], [1]])
    expect([attribution.readingNow(ME, 8), attribution.readingNow(ME, NONE)]).toEqual([[], []])
  })

  test('a step that must attract packets reads only after its first effect', () => {
    const { attribution, state } = attributionOf([{ technique: 'spoof-arp' }])
    expect(attribution.readingNow(ME, PATH)).toEqual([])
    state.recordEffect(0)
    expect(attribution.readingNow(ME, PATH)).toEqual([0])
  })

  test('the attacker’s reading steps can be listed for all paths and times', () => {
    const { attribution } = attributionOf([
      { technique: 'drop' },
      { technique: 'eavesdrop', startTick: 99 },
      { technique: 'eavesdrop', attacker: OTHER },
    ])
    expect([attribution.reading(ME), attribution.reading(OTHER)]).toEqual([[1], [2]])
    expect([attribution.ofAttacker(ME), attribution.ofAttacker(OTHER)]).toEqual([[0, 1], [2]])
  })
})

describe('an event in a message', () => {
  test('an event in a message is attributed to the steps that have acted, also after their end', () => {
    const { attribution, state, timeline } = attributionOf([
      { technique: 'impersonate-server', endTick: 5 },
      { technique: 'impersonate-server' },
    ])
    expect(attribution.started(ME, 'serves', PATH)).toEqual([])
    state.recordAct(0)
    expect(attribution.started(ME, 'serves', PATH)).toEqual([0])
    timeline.now = 6
    expect(attribution.started(ME, 'serves', PATH)).toEqual([0])
    state.recordAct(1)
    expect(attribution.started(ME, 'serves', PATH)).toEqual([0, 1])
  })

  test.each<[StepRole, UsedTechnique, boolean]>([
    ['forges', 'inject', true],
    ['alters', 'tamper', true],
    ['serves', 'relay', false],
    ['relays', 'relay', false],
  ])(
    'an event of a step that %s, by %s, before any has acted, is attributed to all that have started: %s',
    (role, technique, isToAll) => {
      const { attribution, state, timeline } = attributionOf([{ technique, startTick: 5 }, { technique }])
      expect(attribution.started(ME, role, PATH)).toEqual(isToAll ? [1] : [])
      timeline.now = 5
      expect(attribution.started(ME, role, PATH)).toEqual(isToAll ? [0, 1] : [])
      state.recordAct(0)
      expect(attribution.started(ME, role, PATH)).toEqual([0])
    },
  )

  test('an event in a message is not attributed to disabled steps', () => {
    const { attribution, state } = attributionOf([{ technique: 'inject' }, { technique: 'inject' }])
    state.recordAct(0)
    state.recordAct(1)
    state.disable([0])
    expect(attribution.started(ME, 'forges', PATH)).toEqual([1])
    state.disableAll()
    expect(attribution.started(ME, 'forges', PATH)).toEqual([])
  })

  test('an event at the attacker’s own server is not attributed to a step that has ended', () => {
    const ownAddress = namesOf(USED_TECHNIQUES).filter((name) => USED_TECHNIQUES[name].serves?.at === 'own-address')
    expect(ownAddress).toContain('readdress-node')
    for (const technique of ownAddress) {
      const { attribution, state, timeline } = attributionOf([{ technique, endTick: 5 }])
      state.recordAct(0)
      timeline.now = 4
      expect(attribution.started(ME, 'serves', PATH)).toEqual([0])
      timeline.now = 5
      expect(attribution.started(ME, 'serves', PATH)).toEqual([])
    }
  })

  test('an event in an agent’s tunnel is attributed to steps whose agent carried a connection of others', () => {
    const steps: readonly Step[] = [{ technique: 'claim-agent' }, { technique: 'claim-agent' }]
    const { attribution, state } = attributionOf(steps, [1])
    state.recordAct(0)
    state.recordAct(1)
    expect(attribution.started(ME, 'carries', PATH)).toEqual([1])
    expect(attributionOf(steps).attribution.started(ME, 'carries', PATH)).toEqual([])
  })
})

test.each(namesOf(USED_TECHNIQUES))('%s sends data of its own, unless it does nothing or only reads', (technique) => {
  const { messages = [], serves } = USED_TECHNIQUES[technique]
  expect(sends(technique)).toBe(serves !== undefined || messages.some((role) => role !== 'reads'))
  expect([sends('eavesdrop'), sends('drop'), sends('inject'), sends('relay')]).toEqual([false, false, true, true])
})
