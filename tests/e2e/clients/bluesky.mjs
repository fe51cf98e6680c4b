// Everyday use of Bluesky with npm's @atproto/api. Arguments: base URL, handle, password, what to do, text.
import { AtpAgent, RichText } from '@atproto/api'

const [service, identifier, password, task, text] = process.argv.slice(1)
const agent = new AtpAgent({ service })
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const now = () => new Date().toISOString()

const tasks = {
  async everyday() {
    const said = new RichText({ text: 'Bonjour 🐦 https://example.com/a et la suite' })
    said.detectFacetsWithoutResolution()
    const first = await agent.post({ text: said.text, facets: said.facets, createdAt: now() })
    const blob = (await agent.uploadBlob(png, { encoding: 'image/png' })).data.blob
    const images = [{ image: blob, alt: 'Un carré' }]
    const pictured = await agent.post({ text: 'Image', embed: { $type: 'app.bsky.embed.images', images }, createdAt: now() })
    const reply = await agent.post({ text: 'Réponse', reply: { root: first, parent: first }, createdAt: now() })
    const like = await agent.like(first.uri, first.cid)
    await agent.deleteLike(like.uri)
    await agent.deletePost(reply.uri)
    await agent.resumeSession(agent.session)
    return { posts: [first.uri, pictured.uri] }
  },
  async post() {
    const said = new RichText({ text })
    said.detectFacetsWithoutResolution()
    return { uri: (await agent.post({ text: said.text, facets: said.facets, createdAt: now() })).uri }
  },
}
let answer
try {
  await agent.login({ identifier, password })
  answer = await tasks[task]()
} catch (error) {
  answer = { error: error.error, message: error.message, status: error.status }
}
console.log(JSON.stringify({ ...answer, at: String(agent.dispatchUrl ?? agent.pdsUrl ?? agent.serviceUrl) }))
process.exit(0)
