"""From matches to what people read: findings now, incidents and verdicts on top of them."""
