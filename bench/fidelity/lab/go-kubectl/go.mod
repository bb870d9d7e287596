module onpath/lab-kubectl

go 1.24
