import { describe, expect, test } from 'vitest'
import { inOrder } from '../../src/study/simulator/in-order.ts'

/** Tasks that end when the test says so. */
class Tasks {
  readonly begun: number[] = []
  readonly taken: string[] = []
  failures = 0
  isOver = false
  private readonly ends = new Map<number, (outcome: string) => void>()
  private readonly fails = new Map<number, (error: Error) => void>()

  run(
    count: number,
    jobs: number,
    take: (index: number, outcome: string) => void | Promise<void> = (index, outcome) =>
      void this.taken.push(`${index} ${outcome}`),
  ) {
    return inOrder<string>({
      count,
      jobs,
      begin: (index) => {
        this.begun.push(index)
        return new Promise((resolve, reject) => {
          this.ends.set(index, resolve)
          this.fails.set(index, reject)
        })
      },
      take,
      isOver: () => this.isOver,
      onFailure: () => {
        this.failures++
      },
    })
  }

  async end(index: number): Promise<void> {
    this.ends.get(index)?.('done')
    await settled()
  }

  async fail(index: number): Promise<void> {
    this.fails.get(index)?.(new Error(`task ${index}`))
    await settled()
  }
}

/** Lets everything happen that waits for a promise. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

describe('several tasks at a time', () => {
  test('several tasks begin in order, as many at a time as there are jobs', async () => {
    const tasks = new Tasks()
    void tasks.run(5, 2)
    expect(tasks.begun).toEqual([0, 1])
    await tasks.end(1)
    expect(tasks.begun).toEqual([0, 1, 2])
    await tasks.end(0)
    expect(tasks.begun).toEqual([0, 1, 2, 3])
  })

  test('several tasks deliver their outcomes in order, whichever ends first', async () => {
    const tasks = new Tasks()
    const all = tasks.run(4, 3)
    await tasks.end(2)
    expect(tasks.taken).toEqual([])
    await tasks.end(0)
    expect(tasks.taken).toEqual(['0 done'])
    await tasks.end(1)
    expect(tasks.taken).toEqual(['0 done', '1 done', '2 done'])
    await tasks.end(3)
    await all
    expect(tasks.taken).toEqual(['0 done', '1 done', '2 done', '3 done'])
    expect(tasks.failures).toBe(0)
  })

  test('several tasks that are stopped begin no more, and those under way are delivered', async () => {
    const tasks = new Tasks()
    const all = tasks.run(5, 2)
    tasks.isOver = true
    await tasks.end(0)
    await tasks.end(1)
    await all
    expect(tasks.begun).toEqual([0, 1])
    expect(tasks.taken).toEqual(['0 done', '1 done'])
  })

  test('several tasks continue while the receiver waits, which gets one outcome after the other', async () => {
    const tasks = new Tasks()
    const receive: (() => void)[] = []
    const all = tasks.run(3, 1, (index) => {
      tasks.taken.push(`${index}`)
      return new Promise((resolve) => receive.push(resolve))
    })
    for (const index of [0, 1, 2]) await tasks.end(index)
    expect([tasks.begun, tasks.taken]).toEqual([[0, 1, 2], ['0']])
    for (let i = 0; i < 3; i++) {
      receive[i]()
      await settled()
    }
    await all
    expect(tasks.taken).toEqual(['0', '1', '2'])
  })

  test('no tasks deliver no outcomes', async () => {
    const tasks = new Tasks()
    await tasks.run(0, 3)
    expect([tasks.begun, tasks.taken]).toEqual([[], []])
  })

  test('several tasks end with the first failure, after which nothing begins or is delivered', async () => {
    const tasks = new Tasks()
    const all = tasks.run(9, 3)
    const failure = expect(all).rejects.toThrow('task 1')
    await tasks.fail(1)
    expect(tasks.failures).toBe(1)
    await tasks.end(0)
    await tasks.end(2)
    await failure
    expect(tasks.begun).toEqual([0, 1, 2])
    expect(tasks.taken).toEqual([])
  })

  test('several tasks end if the receiver fails', async () => {
    const tasks = new Tasks()
    const all = tasks.run(9, 1, () => {
      throw new Error('a full disk')
    })
    const failure = expect(all).rejects.toThrow('a full disk')
    await tasks.end(0)
    expect(tasks.failures).toBe(1)
    await tasks.end(1)
    await failure
    expect(tasks.begun).toEqual([0, 1])
  })

  test('several tasks run at most 256 ahead of the slowest', async () => {
    const tasks = new Tasks()
    const all = tasks.run(300, 2)
    for (let i = 1; i < 300; i++) await tasks.end(i)
    expect(tasks.begun.length).toBe(256)
    await tasks.end(0)
    for (let i = 256; i < 300; i++) await tasks.end(i)
    await all
    expect(tasks.taken.length).toBe(300)
    expect(tasks.taken.at(-1)).toBe('299 done')
  })
})
