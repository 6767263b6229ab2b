import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose'

@Schema({ versionKey: false })
export class User {
  /** The id of the operation that asked for the user. */
  @Prop({ type: String })
  _id: string

  @Prop({ type: String, required: true })
  name: string

  @Prop({ type: String })
  email?: string | undefined

  @Prop({ type: String, enum: ['pending', 'approved', 'rejected'], required: true })
  approval: 'pending' | 'approved' | 'rejected'

  @Prop({ type: Date, required: true })
  createdAt: Date

  @Prop({ type: Date })
  decidedAt?: Date
}

export const UserSchema = SchemaFactory.createForClass(User)
