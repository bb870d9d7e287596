import type { QueueConnection } from './queue-connection.ts'

/** The most jobs of all workers that are looked at. */
const MAX_LOOKED_AT = 10_000

/**
 * Removes jobs that a worker has taken and could not read, such as one that is huge, and entries of the list of active
 * jobs that are none. BullMQ would give the first to one worker after the other, and stop at the second when it looks for
 * the jobs of workers that have died. Returns how many it has removed.
 * @param keyOf returns the key of a job, or of a list such as `active`
 * @param owner the beginning of the tokens of the worker
 * @param held the ids of the jobs that the worker has read
 */
export async function removeUnreadable(
  connection: QueueConnection,
  keyOf: (name: string) => string,
  owner: string,
  held: ReadonlySet<string>,
): Promise<number> {
  const active = await connection.lrange(keyOf('active'), 0, MAX_LOOKED_AT)
  let removed = 0
  for (const id of active) {
    if (held.has(id) || !(await isUnreadable(connection, keyOf(id), owner))) continue
    await connection.lrem(keyOf('active'), 0, id)
    await connection.srem(keyOf('stalled'), id)
    await connection.unlink(keyOf(id), `${keyOf(id)}:lock`)
    removed += 1
  }
  return removed
}

async function isUnreadable(connection: QueueConnection, key: string, owner: string): Promise<boolean> {
  const types = [await connection.type(key), await connection.type(`${key}:lock`)]
  if (!['hash', 'none'].includes(types[0]) || !['string', 'none'].includes(types[1])) return true
  return (await connection.get(`${key}:lock`))?.startsWith(owner) === true
}
