"""Files become documents (`load`), documents become passages and statements (`split`)."""
