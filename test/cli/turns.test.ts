import { describe, expect, test } from 'vitest'
import { Turns } from '../../src/cli/simulation/turns.ts'

/** A task that ends when it is told to, and what happened in which order. */
function lab() {
  const turns = new Turns()
  const log: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const run = (name: string, isCausedByOthers = true) => {
    let time = 0
    const result = turns.run(
      () =>
        new Promise<string>((resolve, reject) => {
          time++
          log.push(`${name} begins`)
          ends.set(name, (error) => {
            log.push(`${name} ends`)
            if (error === undefined) resolve(`${name} ${time}`)
            else reject(error)
          })
        }),
      () => isCausedByOthers,
      async () => {
        log.push(`${name} prepares`)
      },
    )
    // A test looks at the result later.
    result.catch(() => {})
    return result
  }
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error)
    await settled()
  }
  return { run, end, log }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

describe('tasks that take turns', () => {
  test('tasks that take turns run concurrently', async () => {
    const { run, end, log } = lab()
    const [a, b] = [run('a'), run('b')]
    await settled()
    await end('b')
    await end('a')
    expect([await a, await b, log]).toEqual(['a 1', 'b 1', ['a begins', 'b begins', 'b ends', 'a ends']])
  })

  test('a task that failed beside others runs again alone, after they ended and before new ones begin', async () => {
    const { run, end, log } = lab()
    const [a, b] = [run('a'), run('b')]
    await settled()
    await end('a', new Error('no memory'))
    const c = run('c')
    await settled()
    expect(log).toEqual(['a begins', 'b begins', 'a ends'])
    await end('b')
    expect(log.slice(3)).toEqual(['b ends', 'a prepares', 'a begins'])
    await end('a')
    expect([await a, await b]).toEqual(['a 2', 'b 1'])
    await settled()
    await end('c')
    expect([await c, log.slice(6)]).toEqual(['c 1', ['a ends', 'c begins', 'c ends']])
  })

  test('a task fails at once if it was alone, or if others did not cause the failure', async () => {
    const { run, end } = lab()
    const alone = run('a')
    await settled()
    await end('a', new Error('by itself'))
    await expect(alone).rejects.toThrow('by itself')
    const [b, c] = [run('b', false), run('c')]
    await settled()
    await end('b', new Error('a bug'))
    await expect(b).rejects.toThrow('a bug')
    await end('c')
    expect(await c).toBe('c 1')
  })

  test('a task counts as beside others if they begin or end while it runs', async () => {
    const { run, end, log } = lab()
    const a = run('a')
    await settled()
    const b = run('b')
    await settled()
    await end('b')
    await end('a', new Error('no memory'))
    expect(log.slice(-2)).toEqual(['a prepares', 'a begins'])
    await end('a')
    expect([await a, await b]).toEqual(['a 2', 'b 1'])
  })

  test('repeated tasks run alone one after the other, and fail if they fail again', async () => {
    const { run, end, log } = lab()
    const [a, b] = [run('a'), run('b')]
    await settled()
    await end('a', new Error('no memory'))
    await end('b', new Error('no memory'))
    expect(log.slice(4)).toEqual(['a prepares', 'a begins'])
    await end('a', new Error('still none'))
    await expect(a).rejects.toThrow('still none')
    await settled()
    expect(log.slice(6)).toEqual(['a ends', 'b prepares', 'b begins'])
    await end('b')
    expect(await b).toBe('b 2')
  })
})
