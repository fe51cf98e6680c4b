// Everyday use of Mastodon with npm's masto. Arguments: base URL, token, what to do. One line of JSON on stdout.
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from 'masto'

const [url, accessToken, task, text] = process.argv.slice(1)
const rest = createRestAPIClient({ url, accessToken })
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

const tasks = {
  async everyday() {
    const instance = await rest.v2.instance.fetch()
    const me = await rest.v1.accounts.verifyCredentials()
    const media = await rest.v2.media.create({ file: new Blob([png], { type: 'image/png' }), description: 'Un carré' })
    const pictured = await rest.v1.statuses.create({ status: 'Avec image', mediaIds: [media.id], visibility: 'unlisted' })
    const asked = await rest.v1.statuses.create({
      status: 'Thé ou café ?', spoilerText: 'Boissons', poll: { options: ['Thé', 'Café'], expiresIn: 3600, multiple: true },
    })
    const edited = await rest.v1.statuses.$select(pictured.id).update({ status: 'Avec image, mieux dit', mediaIds: [media.id] })
    const reply = await rest.v1.statuses.create({ status: 'Réponse', inReplyToId: pictured.id })
    const liked = await rest.v1.statuses.$select(pictured.id).favourite()
    const boosted = await rest.v1.statuses.$select(pictured.id).reblog()
    const later = await rest.v1.statuses.create({ status: 'Plus tard', scheduledAt: new Date(Date.now() + 3600e3).toISOString() })
    await rest.v1.scheduledStatuses.$select(later.id).remove()
    await rest.v1.statuses.$select(reply.id).remove()
    const home = await rest.v1.timelines.home.list({ limit: 3 })
    return {
      streaming: instance.configuration.urls.streaming, me: me.username, alt: pictured.mediaAttachments[0].description,
      options: asked.poll.options.map((each) => each.title), warning: asked.spoilerText, edited: edited.content,
      liked: liked.favourited, boosted: boosted.reblog.id === pictured.id, later: later.params.text, home: home.length,
    }
  },
  async post() {
    const status = await rest.v1.statuses.create({ status: text })
    return { content: status.content }
  },
  async app() {
    const app = await rest.v1.apps.create({ clientName: 'masto tests', redirectUris: 'urn:ietf:wg:oauth:2.0:oob', scopes: 'read write' })
    const token = await createOAuthAPIClient({ url }).token.create({
      grantType: 'client_credentials', clientId: app.clientId, clientSecret: app.clientSecret, scope: 'read write',
    })
    return { token: typeof token.accessToken }
  },
  async stream() {
    const instance = await rest.v2.instance.fetch()
    const streaming = createStreamingAPIClient({ accessToken, streamingApiUrl: instance.configuration.urls.streaming })
    const events = streaming.user.subscribe()
    setInterval(() => rest.v1.statuses.create({ status: text }), 400) // until the stream stands
    for await (const event of events) {
      if (event.event !== 'update' || !event.payload.content.includes(text)) continue
      streaming.close()
      return { seen: event.payload.content, at: instance.configuration.urls.streaming }
    }
  },
}
try {
  console.log(JSON.stringify(await tasks[task]()))
} catch (error) {
  console.log(JSON.stringify({ error: error.message, kind: error.constructor.name, status: error.statusCode }))
}
process.exit(0)
