import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { ActivityTable, PART_COUNT } from '../../src/network/activity.ts'
import { Processors } from '../../src/network/processor.ts'
import { aTimeline } from '../fixtures/event-counts.ts'
import { processorLab } from '../fixtures/processor-lab.ts'

describe('work on one core', () => {
  test('work on one core is done one piece after the other in the order of arrival', () => {
    const { lab, diary, work } = processorLab(1)
    expect([work(1, 100), work(2, 10), work(3, 1)]).toEqual([100, 110, 111])
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [2, 110],
      [3, 111],
    ])
  })

  test('work on one core starts when it arrives if the core is idle', () => {
    const { lab, diary, work } = processorLab(1)
    work(1, 100)
    lab.at(500, () => work(2, 10))
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [2, 510],
    ])
  })

  test('work on one core is done before work that starts later if there is time, and after it otherwise', () => {
    const { lab, diary, work } = processorLab(1)
    expect(work(1, 100, { notBefore: 1000 })).toBe(1100)
    expect(work(2, 600)).toBe(600)
    expect(work(3, 500)).toBe(1600)
    expect(work(4, 400)).toBe(1000)
    lab.run()
    expect(diary.done).toEqual([
      [2, 600],
      [4, 1000],
      [1, 1100],
      [3, 1600],
    ])
  })

  test('work on one core is done at once when it costs nothing, even while the core is busy', () => {
    const { diary, work } = processorLab(1)
    work(1, 100)
    expect(work(2, 0)).toBe(0)
    expect(diary.done).toEqual([[2, 0]])
  })

  test('work on one core does not delay the work of another host', () => {
    const { lab, diary, work } = processorLab(1)
    work(1, 100)
    work(2, 10, { host: 'b' })
    lab.run()
    expect(diary.done).toEqual([
      [2, 10],
      [1, 100],
    ])
  })
})

describe('work on several cores', () => {
  test('work on several cores runs in parallel, and waits for the first free core when all are busy', () => {
    const { lab, diary, work } = processorLab(2)
    work(1, 100)
    work(2, 30)
    work(3, 50)
    work(4, 10)
    lab.run()
    expect(diary.done).toEqual([
      [2, 30],
      [3, 80],
      [4, 90],
      [1, 100],
    ])
  })

  test('work of one stream is done one piece after the other even while a core is idle', () => {
    const { lab, diary, work } = processorLab(2)
    const first = work(1, 100)
    const second = work(2, 100, { notBefore: first })
    expect([first, second]).toEqual([100, 200])
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [2, 200],
    ])
  })

  test('work that waits for its stream leaves an idle core to other work', () => {
    const { lab, diary, work } = processorLab(2)
    const first = work(1, 100)
    work(2, 100, { notBefore: first })
    lab.at(10, () => work(3, 40))
    lab.run()
    expect(diary.done).toEqual([
      [3, 50],
      [1, 100],
      [2, 200],
    ])
  })

  test('work of one stream waits for earlier pieces even when it costs nothing', () => {
    const { lab, diary, work } = processorLab(2)
    const first = work(1, 100)
    expect(work(2, 0, { notBefore: first })).toBe(100)
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [2, 100],
    ])
  })
})

describe('work whose result is no longer needed', () => {
  test('work is done without a call when its row has been released', () => {
    const { lab, diary, work } = processorLab(1)
    work(1, 100, { row: 7 })
    work(2, 100)
    diary.gone.add(7)
    lab.run()
    expect(diary.done).toEqual([[2, 200]])
  })

  test('work is discarded when its host restarts, which frees the cores', () => {
    const { lab, diary, work } = processorLab(1)
    work(1, 100)
    work(2, 100)
    work(9, 500, { host: 'b' })
    lab.at(150, () => {
      lab.processors.discardWork(lab.host('a'))
      work(3, 10)
    })
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [3, 160],
      [9, 500],
    ])
  })
})

describe('work that is held back from the queue of events', () => {
  test('work held back from the event queue is done when it is finished, without an event', () => {
    const { lab, diary, work } = processorLab(1)
    lab.processors.beginHolding()
    expect([work(1, 100), work(2, 10)]).toEqual([100, 110])
    expect([lab.processors.holds, lab.processors.heldTick]).toEqual([true, 100])
    lab.timeline.now = lab.processors.heldTick
    lab.processors.finishHeld()
    expect(diary.done).toEqual([[1, 100]])
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [2, 110],
    ])
  })

  test('work held back from the event queue is done by an event after holding has ended', () => {
    const { lab, diary, work } = processorLab(1)
    lab.processors.beginHolding()
    work(1, 100)
    lab.processors.endHolding()
    work(2, 10)
    expect(lab.processors.holds).toBe(false)
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [2, 110],
    ])
  })

  test('work held back from the event queue is discarded when its host restarts', () => {
    const { lab, diary, work } = processorLab(1)
    lab.processors.beginHolding()
    work(1, 100)
    lab.processors.discardWork(lab.host('a'))
    expect(lab.processors.holds).toBe(false)
    lab.run()
    expect(diary.done).toEqual([])
  })
})

test('waiting for a core counts as CPU time of the connection', () => {
  const { lab, work } = processorLab(1)
  const activity = lab.activities.begin()
  work(1, 100)
  work(2, 50, { activity })
  lab.run()
  lab.timeline.now = 170
  const totals = new Float64Array(PART_COUNT)
  lab.activities.read(activity, totals, 0)
  expect([...totals]).toEqual([0, 0, 150, 0, 0, 0, 0, 20])
})

describe('the cores of hosts', () => {
  const processorsOf = (...hosts: readonly (readonly [cores: number, coresOf: number])[]) => {
    const { arena, timeline } = aTimeline()
    const coresByHost = hosts.map(([cores, coresOf]) => ({ cores, coresOf }))
    return new Processors(arena, timeline, new ActivityTable(arena, timeline), coresByHost, 10)
  }

  test('the cores of a host are counted by host, and are another host’s if it shares them', () => {
    const processors = processorsOf([3, NONE], [9, 0], [1, NONE])
    expect([0, 1, 2].map((host) => processors.coreCountOf(host))).toEqual([3, 3, 1])
  })

  test('a host has at least one core, and sharing needs a host with cores of its own', () => {
    expect(() => processorsOf([0, NONE])).toThrow('a host has at least one core')
    expect(() => processorsOf([1, NONE], [1, 0], [1, 1])).toThrow('cores are shared with a host that has its own')
  })

  test('the cores of a host are waited for only while one is busy', () => {
    const { lab } = processorLab(1)
    expect(() => lab.processors.awaitTurn(lab.host('a'), 0, 0, 0, 1)).toThrow('only while a core is busy')
  })
})
