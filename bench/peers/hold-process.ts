import { Hold, type HoldQueue } from '../hold.ts'

const NS_PER_US = 1000

/**
 * Runs the hold model on one queue: `node hold-process.js QUEUE PENDING OPERATIONS SEGMENTS`, where QUEUE is a file of
 * `queues/`. Prints, for each segment, the checksum so far and the CPU nanoseconds an operation.
 */
async function main([name, ...numbers]: readonly string[]): Promise<void> {
  const [pendingCount, operationCount, segments] = numbers.map(Number)
  const { newQueue }: { newQueue(): HoldQueue } = await import(`./queues/${name}.js`)
  const hold = new Hold(newQueue(), pendingCount)
  for (let segment = 0; segment < segments; segment++) {
    const start = process.cpuUsage()
    hold.run(operationCount)
    const { user, system } = process.cpuUsage(start)
    console.log(`${hold.checksum} ${((user + system) * NS_PER_US) / operationCount}`)
  }
}

await main(process.argv.slice(2))
