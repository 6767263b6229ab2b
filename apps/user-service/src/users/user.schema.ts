import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose'

/**
 * A requested user. Stored once, never changed, but that a person's data may be erased: how it was decided is a decision
 * of its own.
 */
@Schema({ collection: 'users', versionKey: false })
export class UserRecord {
  /** The user's id: its operation's. */
  @Prop({ type: String })
  _id: string

  /** Missing once it is erased. */
  @Prop({ type: String })
  name?: string

  @Prop({ type: String })
  email?: string

  /** When its operation was accepted. */
  @Prop({ type: Date, required: true })
  createdAt: Date

  /** When its operation was published. */
  @Prop({ type: Date, required: true })
  publishedAt: Date

  /** When it was stored here; its approval is asked for right after. */
  @Prop({ type: Date, required: true })
  requestedAt: Date

  @Prop({ type: Date })
  erasedAt?: Date
}

export const UserSchema = SchemaFactory.createForClass(UserRecord)
