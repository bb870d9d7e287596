import { describe, expect, test } from 'vitest'
import { processorLab } from '../fixtures/processor-lab.ts'

describe('work on one core', () => {
  test('is done one piece after the other, in the order in which it came', () => {
    const { lab, diary, work } = processorLab(1)
    expect([work(1, 100), work(2, 10), work(3, 1)]).toEqual([100, 110, 111])
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [2, 110],
      [3, 111],
    ])
  })

  test('that comes later starts when it comes, if the core is idle', () => {
    const { lab, diary, work } = processorLab(1)
    work(1, 100)
    lab.at(500, () => work(2, 10))
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [2, 510],
    ])
  })

  test('goes before work that is to start later, where it is done by then, and else behind it', () => {
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

  test('that costs nothing is done at once, without waiting for the core', () => {
    const { diary, work } = processorLab(1)
    work(1, 100)
    expect(work(2, 0)).toBe(0)
    expect(diary.done).toEqual([[2, 0]])
  })

  test('does not keep another host waiting', () => {
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
  test('runs side by side, and what finds no core waits for the first to be free', () => {
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

  test('of one stream is done one piece after the other, though a core is idle', () => {
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

  test('that waits for its turn in a stream leaves the idle core to others', () => {
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

  test('that costs nothing still waits for its turn in a stream', () => {
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

describe('work that nobody waits for', () => {
  test('is done in silence when its row is gone', () => {
    const { lab, diary, work } = processorLab(1)
    work(1, 100, { row: 7 })
    work(2, 100)
    diary.gone.add(7)
    lab.run()
    expect(diary.done).toEqual([[2, 200]])
  })

  test('is forgotten when its host restarts, and the cores are free again', () => {
    const { lab, diary, work } = processorLab(1)
    work(1, 100)
    work(2, 100)
    work(9, 500, { host: 'b' })
    lab.at(150, () => {
      lab.processors.forget(lab.host('a'))
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

test('waiting for a core is CPU time of the connection that waits', () => {
  const { lab, work } = processorLab(1)
  const activity = lab.activities.begin()
  work(1, 100)
  work(2, 50, { activity })
  lab.run()
  lab.timeline.now = 170
  const totals = new Float64Array(7)
  lab.activities.read(activity, totals, 0)
  expect([...totals]).toEqual([0, 150, 0, 0, 0, 0, 20])
})
