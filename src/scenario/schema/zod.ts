import { z } from 'zod'

/** Zod compiles no functions, which a page's content security policy without `unsafe-eval` would refuse. */
z.config({ jitless: true })

export { z }
